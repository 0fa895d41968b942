package dev.sluice.cli.token;

import dev.sluice.cli.gateway.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/**
 * A private key, in a file that only its owner reads, and beside it the public one, which gateways
 * are told of. One that is made is of P-256; one that is there may be of Ed25519.
 */
final class SigningKey {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private static final String ED25519 = "Ed25519";

  private final PrivateKey key;

  private SigningKey(PrivateKey key) {
    this.key = key;
  }

  static Path publicFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  /**
   * Makes the pair, unless the file is there.
   *
   * @return whether it was made
   * @throws CommandFailure if it cannot be written
   */
  static boolean make(Path file) {
    if (Files.exists(file)) {
      return false;
    }
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileAttribute<?> mine = PosixFilePermissions.asFileAttribute(OWNER);
      Files.createFile(file, mine);
      write(file, "PRIVATE KEY", pair.getPrivate().getEncoded());
      write(publicFile(file), "PUBLIC KEY", pair.getPublic().getEncoded());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw CommandFailure.usage("cannot make the key " + file + ": " + e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static void write(Path file, String what, byte[] der) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, LINES.encodeToString(der), what),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /**
   * @throws CommandFailure if it cannot be read, others may read it, or it is no such key
   */
  static SigningKey read(Path file) {
    try {
      requireMine(file);
      String text = Files.readString(file, StandardCharsets.US_ASCII);
      byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
      return new SigningKey(key(der));
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read the key " + file + ": " + e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // What the cause says may be of the key.
      throw CommandFailure.usage(
          file + " must be a private key of P-256 or Ed25519 as PEM (PKCS #8): is not");
    }
  }

  private static PrivateKey key(byte[] der) throws GeneralSecurityException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("EC").generatePrivate(encoded);
    } catch (InvalidKeySpecException notEc) {
      return KeyFactory.getInstance(ED25519).generatePrivate(encoded);
    }
  }

  private static void requireMine(Path file) throws IOException {
    Set<PosixFilePermission> may = Files.getPosixFilePermissions(file);
    if (!OWNER.containsAll(may)) {
      throw CommandFailure.usage(
          "others may read the key %s (%s), and could make tokens: chmod 600 it, or make another"
              .formatted(file, PosixFilePermissions.toString(may)));
    }
  }

  /** Of the signature, as a JWS says it. */
  String algorithm() {
    return isEdwards() ? "EdDSA" : "ES256";
  }

  private boolean isEdwards() {
    return key instanceof EdECKey;
  }

  /** The signature as a JWS has it (RFC 7518, 3.4; RFC 8037, 3.1). */
  byte[] sign(byte[] what) {
    try {
      Signature signature =
          Signature.getInstance(isEdwards() ? ED25519 : "SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(what);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw CommandFailure.usage("the key does not sign: is it of P-256?");
    }
  }
}
