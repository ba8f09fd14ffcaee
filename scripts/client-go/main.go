// Command client-go checks a served cluster with Kubernetes' own Go client: three candidates of its leader election follow
// one another, and a shared informer over 10,000 objects sees what the server has. It prints what it saw, and fails if two
// led at once or the informer differs.
//
//	npx shakedown serve --kubeconfig /tmp/kc &
//	cd scripts/client-go && go run . /tmp/kc
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

const (
	candidates = 3
	objects    = 10_000
	removed    = 500
	writers    = 20
	namespace  = "default"
)

func main() {
	if len(os.Args) != 2 {
		fail("expected the kubeconfig of a served cluster")
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	must(err)
	config.QPS, config.Burst = 2000, 2000
	client := kubernetes.NewForConfigOrDie(config)
	ctx := context.Background()
	elect(ctx, client)
	inform(ctx, client)
}

// elect lets every candidate lead for two seconds; every other one gives its lease back, the rest let it run out.
func elect(ctx context.Context, client *kubernetes.Clientset) {
	var leading, most int32
	var lock sync.Mutex
	var leaders []string
	var ended sync.WaitGroup
	start := time.Now()
	for i := range candidates {
		identity := fmt.Sprintf("candidate-%d", i)
		running, stop := context.WithCancel(ctx)
		led := func(context.Context) {
			lock.Lock()
			most = max(most, atomic.AddInt32(&leading, 1))
			leaders = append(leaders, identity)
			lock.Unlock()
			fmt.Printf("%6.2f s  %s leads\n", time.Since(start).Seconds(), identity)
			time.Sleep(2 * time.Second)
			atomic.AddInt32(&leading, -1)
			stop()
		}
		ended.Go(func() {
			leaderelection.RunOrDie(running, leaderelection.LeaderElectionConfig{
				Lock: &resourcelock.LeaseLock{
					LeaseMeta:  metav1.ObjectMeta{Namespace: namespace, Name: "client-go"},
					Client:     client.CoordinationV1(),
					LockConfig: resourcelock.ResourceLockConfig{Identity: identity},
				},
				ReleaseOnCancel: i%2 == 0,
				LeaseDuration:   3 * time.Second,
				RenewDeadline:   2 * time.Second,
				RetryPeriod:     300 * time.Millisecond,
				Callbacks:       leaderelection.LeaderCallbacks{OnStartedLeading: led, OnStoppedLeading: func() {}},
			})
		})
	}
	ended.Wait()
	fmt.Printf("%d leaders, at most %d at once\n", len(leaders), most)
	if len(leaders) != candidates || most != 1 {
		fail("expected each candidate to lead once, one at a time")
	}
}

// inform compares an informer's store with a list, after many objects were made and some removed.
func inform(ctx context.Context, client *kubernetes.Clientset) {
	maps := client.CoreV1().ConfigMaps(namespace)
	var made sync.WaitGroup
	for first := range writers {
		made.Go(func() {
			for i := first; i < objects; i += writers {
				meta := metav1.ObjectMeta{Name: fmt.Sprintf("client-go-%d", i)}
				_, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: meta}, metav1.CreateOptions{})
				must(err)
			}
		})
	}
	made.Wait()
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	informer := factory.Core().V1().ConfigMaps().Informer()
	begin := time.Now()
	factory.Start(ctx.Done())
	cache.WaitForCacheSync(ctx.Done(), informer.HasSynced)
	fmt.Printf("%d objects in the informer after %.2f s\n", len(informer.GetStore().ListKeys()), time.Since(begin).Seconds())
	for i := range removed {
		must(maps.Delete(ctx, fmt.Sprintf("client-go-%d", i), metav1.DeleteOptions{}))
	}
	list, err := maps.List(ctx, metav1.ListOptions{})
	must(err)
	for range 100 {
		if len(informer.GetStore().ListKeys()) == len(list.Items) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	known := len(informer.GetStore().ListKeys())
	fmt.Printf("%d objects in the informer, %d in the server\n", known, len(list.Items))
	if known != len(list.Items) {
		fail("expected both to be the same")
	}
}

func must(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "client-go:", why)
	os.Exit(1)
}
