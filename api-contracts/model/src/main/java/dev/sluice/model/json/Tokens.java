package dev.sluice.model.json;

import java.math.BigInteger;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.dataformat.cbor.CBORParser;

/** The tokens of a frame, one after the other. */
final class Tokens {
  /** A greater number is not written out for a person: that takes longer the longer it is. */
  private static final int SHOWN_BITS = 128;

  final JsonParser parser;

  Tokens(JsonParser parser) {
    this.parser = parser;
  }

  /** Where the parser stands, in bytes of the frame. */
  int at() {
    return (int) parser.currentLocation().getByteOffset();
  }

  /** Whether the value has the tag, which CBOR alone has. */
  boolean isTagged(int tag) {
    return parser instanceof CBORParser cbor && cbor.getCurrentTag() == tag;
  }

  /** Passes over the rest of a value. Returns how deep its objects and arrays are nested. */
  int skip(JsonToken first) {
    int depth = 0;
    int deepest = 0;
    for (JsonToken token = first; ; token = next()) {
      if (token.isStructStart()) {
        deepest = Math.max(deepest, ++depth);
      } else if (token.isStructEnd()) {
        depth--;
      }
      if (depth == 0) {
        return deepest;
      }
    }
  }

  /** The next token, of which there must be one. */
  JsonToken next() {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new StreamReadException(parser, "it ends within an event");
    }
    return token;
  }

  /** The value whose first token this is, for a person. */
  String shown(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING ->
          "the string \""
              + Verdict.shown(parser.getString())
              + '"'
              + (hasLoneSurrogate(parser.getString()) ? ", half a surrogate pair" : "");
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + number();
      case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> token.asString();
      default -> "bytes, or something that JSON does not have";
    };
  }

  private String number() {
    if (!(parser instanceof CBORParser)) {
      return Verdict.shown(parser.getString());
    }
    if (parser.getNumberType() == NumberType.BIG_DECIMAL) {
      return "(a decimal fraction)";
    }
    if (parser.getNumberType() == NumberType.BIG_INTEGER) {
      BigInteger big = parser.getBigIntegerValue();
      return big.bitLength() > SHOWN_BITS ? "(of " + big.bitLength() + " bits)" : big.toString();
    }
    return parser.getNumberValue().toString();
  }

  /** Whether the text holds half a surrogate pair, and so is none. */
  static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
