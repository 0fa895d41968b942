package dev.sluice.gateway.security;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.CriticalHeaderParamsDeferral;
import com.nimbusds.jose.crypto.impl.EdDSAProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Checks signatures of Ed25519 (RFC 8037) by the JDK's own implementation. The library's would need
 * another library, and keeps such keys as bytes.
 */
final class Ed25519 extends EdDSAProvider implements JWSVerifier {
  private static final String NAME = NamedParameterSpec.ED25519.getName();
  private static final int BYTES = 32;

  /** What is before a key's bytes in its X.509 encoding (RFC 8410, 4). */
  private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final EdECPublicKey key;
  private final CriticalHeaderParamsDeferral critical = new CriticalHeaderParamsDeferral();

  Ed25519(EdECPublicKey key) {
    this.key = key;
  }

  @Override
  public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) {
    if (!critical.headerPasses(header)) {
      return false;
    }
    try {
      Signature checked = Signature.getInstance(NAME);
      checked.initVerify(key);
      checked.update(signed);
      return checked.verify(signature.decode());
    } catch (GeneralSecurityException e) {
      // What is no signature at all is said so.
      return false;
    }
  }

  /** Whether the key is one. */
  static boolean is(JWK key) {
    return key instanceof OctetKeyPair pair
        && Curve.Ed25519.equals(pair.getCurve())
        && pair.getDecodedX().length == BYTES;
  }

  static boolean is(PublicKey key) {
    return key instanceof EdECPublicKey edwards && NAME.equals(edwards.getParams().getName());
  }

  static PublicKey publicKey(JWK key) {
    byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + BYTES);
    System.arraycopy(key.toOctetKeyPair().getDecodedX(), 0, encoded, PREFIX.length, BYTES);
    try {
      return publicKey(encoded);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK since 15 has " + NAME, e);
    }
  }

  /**
   * @param encoded as X.509 does
   */
  static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
  }

  static JWK jwk(PublicKey key) {
    byte[] encoded = key.getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length);
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build();
  }
}
