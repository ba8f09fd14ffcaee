import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import forge from "node-forge";

/** A private key and the certificate for it, as PEM. */
export interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

/** A certificate authority made for one run of the server. */
export interface Authority extends KeyPair {
  /** A certificate for a server at these addresses and names. */
  server(hosts: readonly string[]): KeyPair;
  /** A certificate that says who a client is: kube-apiserver reads CN as the user and O as the groups. */
  client(user: string, groups: readonly string[]): KeyPair;
}

const YEAR_MS = 365 * 24 * 3_600_000;
const RSA_BITS = 2048;

type Field = forge.pki.CertificateField;

/** Makes a new authority; its certificates are good for a year. */
export function newAuthority(): Authority {
  const keys = newKeys();
  const name: Field[] = [{ name: "commonName", value: "kubernetes" }];
  const signer = forge.pki.privateKeyFromPem(keys.privateKey);
  const issue = (subject: Field[], extensions: unknown[], pair: forge.pki.PEM[]): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(pair[0] ?? "");
    // Positive, and without a leading zero byte: DER has one form for each number.
    certificate.serialNumber = `4${randomBytes(15).toString("hex")}0`;
    certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
    certificate.validity.notAfter = new Date(Date.now() + YEAR_MS);
    certificate.setSubject(subject);
    certificate.setIssuer(name);
    certificate.setExtensions(extensions as object[]);
    certificate.sign(signer, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  const leaf = (subject: Field[], extensions: unknown[]): KeyPair => {
    const pair = newKeys();
    return { key: pair.privateKey, certificate: issue(subject, extensions, [pair.publicKey]) };
  };
  return {
    key: keys.privateKey,
    certificate: issue(
      name,
      [
        { name: "basicConstraints", cA: true, critical: true },
        { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
      ],
      [keys.publicKey],
    ),
    server: (hosts) =>
      leaf(
        [{ name: "commonName", value: "kube-apiserver" }],
        [
          { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
          { name: "extKeyUsage", serverAuth: true },
          {
            name: "subjectAltName",
            altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
          },
        ],
      ),
    client: (user, groups) =>
      leaf(
        [
          { name: "commonName", value: user },
          ...groups.map((group): Field => ({ name: "organizationName", value: group })),
        ],
        [
          { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
          { name: "extKeyUsage", clientAuth: true },
        ],
      ),
  };
}

function newKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync("rsa", {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}
