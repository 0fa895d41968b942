package dev.sluice.model.json;

import java.util.Base64;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/** Reads the records of a pack of SenML one after the other, and resolves them (RFC 8428, 4). */
final class SenmlReader {
  /** RFC 8428, 4.4: of the format that it describes. */
  private static final int VERSION = 10;

  /** RFC 8428, 4.5.3: seconds; what is less is relative to now. */
  private static final double LEAST_ABSOLUTE = 1 << 28;

  private static final double MILLIS = 1_000;
  private static final int MAX_NAME = 512;

  /** Each record that is kept has its unit written out, so a base unit must not be a frame long. */
  private static final int MAX_UNIT = 64;

  private static final int MAX_SIGNIFICAND_BITS = 128;

  /** RFC 8428, 4.5.1. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:./_-]*");

  /** By their names in JSON and their numbers in CBOR (RFC 8428, 4.3 and 6). */
  private static final Map<String, Label> JSON_LABELS =
      Map.ofEntries(
          Map.entry("bver", Label.BVER),
          Map.entry("bn", Label.BN),
          Map.entry("bt", Label.BT),
          Map.entry("bu", Label.BU),
          Map.entry("bv", Label.BV),
          Map.entry("bs", Label.BS),
          Map.entry("n", Label.N),
          Map.entry("u", Label.U),
          Map.entry("v", Label.V),
          Map.entry("vs", Label.VS),
          Map.entry("vb", Label.VB),
          Map.entry("s", Label.S),
          Map.entry("t", Label.T),
          Map.entry("ut", Label.UT),
          Map.entry("vd", Label.VD));

  private static final Map<String, Label> CBOR_LABELS =
      Map.ofEntries(
          Map.entry("-1", Label.BVER),
          Map.entry("-2", Label.BN),
          Map.entry("-3", Label.BT),
          Map.entry("-4", Label.BU),
          Map.entry("-5", Label.BV),
          Map.entry("-6", Label.BS),
          Map.entry("0", Label.N),
          Map.entry("1", Label.U),
          Map.entry("2", Label.V),
          Map.entry("3", Label.VS),
          Map.entry("4", Label.VB),
          Map.entry("5", Label.S),
          Map.entry("6", Label.T),
          Map.entry("7", Label.UT),
          Map.entry("8", Label.VD));

  private enum Label {
    BVER,
    BN,
    BT,
    BU,
    BV,
    BS,
    N,
    U,
    V,
    VS,
    VB,
    S,
    T,
    UT,
    VD
  }

  private final Tokens tokens;
  private final Map<String, Label> labels;
  private final long now;

  private String baseName = "";
  private @Nullable String baseUnit;
  private double baseTime;
  private @Nullable Double baseValue;
  private @Nullable Double baseSum;

  private String name = "";
  private @Nullable String unit;
  private double time;
  private @Nullable Object value;
  private boolean data;
  private @Nullable Double sum;
  private int values;
  private boolean onlyBase;
  private final Set<Label> seen = EnumSet.noneOf(Label.class);
  private int depth;
  private @Nullable String wrong;
  private @Nullable String refused;

  SenmlReader(Tokens tokens, boolean cbor, long now) {
    this.tokens = tokens;
    this.labels = cbor ? CBOR_LABELS : JSON_LABELS;
    this.now = now;
  }

  /** Reads the record that begins with the token, of which {@link #resolved} says what it is. */
  void read(JsonToken token) {
    name = "";
    unit = null;
    time = 0;
    value = null;
    data = false;
    sum = null;
    values = 0;
    onlyBase = true;
    seen.clear();
    wrong = null;
    if (token != JsonToken.START_OBJECT) {
      wrong = "a record must be an object: was " + tokens.shown(token);
      depth = tokens.skip(token);
      return;
    }
    int deepest = 0;
    for (JsonToken next = tokens.next(); next != JsonToken.END_OBJECT; next = tokens.next()) {
      String label = tokens.parser.currentName();
      deepest = Math.max(deepest, readMember(label, tokens.next()));
    }
    depth = 1 + deepest;
  }

  private int readMember(String said, JsonToken token) {
    Label label = labels.get(said);
    if (label == null) {
      if (said.endsWith("_")) {
        refuse("the label " + Verdict.shown(said) + " must be understood, and is not known here");
      }
      return tokens.skip(token);
    }
    String shown = label.name().toLowerCase(Locale.ROOT);
    if (!seen.add(label)) {
      fault(label).accept(shown + " must be there once: is there again");
      return tokens.skip(token);
    }
    onlyBase &= isBase(label);
    switch (label) {
      case BVER -> {
        double version = orElse(number(shown, token, this::refuse), 1.0);
        if (version < 1 || version > VERSION) {
          refuse("bver must be 1 to " + VERSION + ": was " + tokens.shown(token));
        }
      }
      case BN -> baseName = orElse(text(shown, token, this::refuse), baseName);
      case BU -> baseUnit = unit(shown, token, this::refuse);
      case BT -> baseTime = orElse(number(shown, token, this::refuse), baseTime);
      case BV -> baseValue = number(shown, token, this::refuse);
      case BS -> baseSum = number(shown, token, this::refuse);
      case N -> name = orElse(text(shown, token, this::reject), name);
      case U -> unit = unit(shown, token, this::reject);
      case T -> time = orElse(number(shown, token, this::reject), time);
      case UT -> number(shown, token, this::reject);
      case S -> sum = number(shown, token, this::reject);
      case V -> keep(number(shown, token, this::reject));
      case VS -> keep(text(shown, token, this::reject));
      case VB -> keep(truth(shown, token));
      case VD -> {
        keep(bytes(shown, token));
        data = true;
      }
    }
    return tokens.skip(token);
  }

  /** What is wrong with a base value is wrong with all records after it. */
  private Consumer<String> fault(Label label) {
    return isBase(label) ? this::refuse : this::reject;
  }

  private static boolean isBase(Label label) {
    return label.ordinal() <= Label.BS.ordinal();
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private void keep(@Nullable Object read) {
    value = read;
    values++;
  }

  /**
   * @param fault what becomes of the record, or of the pack, if it is none
   */
  private @Nullable String text(String label, JsonToken token, Consumer<String> fault) {
    String text = text(token);
    if (text == null) {
      fault.accept(label + " must be a string: was " + tokens.shown(token));
    }
    return text;
  }

  private @Nullable String unit(String label, JsonToken token, Consumer<String> fault) {
    String text = text(label, token, fault);
    if (text != null && text.length() > MAX_UNIT) {
      fault.accept(label + " must be at most " + MAX_UNIT + " characters: was " + text.length());
      return null;
    }
    return text;
  }

  private @Nullable Double number(String label, JsonToken token, Consumer<String> fault) {
    Double number = number(token);
    if (number == null) {
      fault.accept(label + " must be a number: was " + tokens.shown(token));
    }
    return number;
  }

  private @Nullable Boolean truth(String label, JsonToken token) {
    if (!token.isBoolean()) {
      reject(label + " must be true or false: was " + tokens.shown(token));
      return null;
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** In JSON as text in base64url already. */
  private @Nullable String bytes(String label, JsonToken token) {
    if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
      byte[] bytes = tokens.parser.getBinaryValue();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
    return text(label, token, this::reject);
  }

  private @Nullable String text(JsonToken token) {
    if (token != JsonToken.VALUE_STRING) {
      return null;
    }
    String text = tokens.parser.getString();
    return Tokens.hasLoneSurrogate(text) ? null : text;
  }

  /** A finite number; a decimal fraction too, if it can be turned into one in no time. */
  private @Nullable Double number(JsonToken token) {
    if (!token.isNumeric()) {
      return null;
    }
    if (tokens.parser.getNumberType() == NumberType.BIG_DECIMAL
        && tokens.parser.getDecimalValue().unscaledValue().bitLength() > MAX_SIGNIFICAND_BITS) {
      return null;
    }
    double number = tokens.parser.getDoubleValue();
    return Double.isFinite(number) ? number : null;
  }

  private void reject(String why) {
    if (wrong == null) {
      wrong = why;
    }
  }

  private void refuse(String why) {
    if (refused == null) {
      refused = why;
    }
  }

  /** How deep the record read last is nested. */
  int depth() {
    return depth;
  }

  /** Why the whole pack is refused: a record after this one could mean anything. */
  @Nullable String refused() {
    return refused;
  }

  /** What is wrong with the record read last, once {@link #resolved} was asked. */
  String wrong() {
    return wrong == null ? "" : wrong;
  }

  /** Whether the record read last says only what those after it have in common. */
  boolean isBaseOnly() {
    return onlyBase && wrong == null;
  }

  /** The record read last; null if it is none. */
  @Nullable SenmlRecord resolved() {
    String whole = baseName.length() + name.length() > MAX_NAME ? "" : baseName + name;
    if (!NAME.matcher(whole).matches()) {
      reject(
          "a record's name, with bn before it, must be a letter or a digit, then letters, digits and"
              + " -:./_, at most "
              + MAX_NAME
              + " in all: was "
              + Verdict.shown(baseName)
              + Verdict.shown(name));
    }
    if (values > 1) {
      reject("a record must have one of v, vs, vb and vd: has " + values);
    }
    Object resolved = value;
    if (baseValue != null && (value instanceof Double || (values == 0 && sum == null))) {
      resolved = baseValue + (value instanceof Double number ? number : 0);
    }
    Double resolvedSum = sum == null || baseSum == null ? sum : Double.valueOf(sum + baseSum);
    if (resolved == null && resolvedSum == null) {
      reject("a record must have one of v, vs, vb and vd, or s: has none");
    }
    long at = millis(baseTime + time);
    if (!InstantText.isTime(at)) {
      reject("a record's time must be in the years 0000 to 9999: was " + (baseTime + time) + " s");
    }
    return wrong != null
        ? null
        : new SenmlRecord(whole, unit == null ? baseUnit : unit, at, resolved, data, resolvedSum);
  }

  private long millis(double seconds) {
    double millis = seconds * MILLIS;
    return Math.round(seconds < LEAST_ABSOLUTE ? now + millis : millis);
  }
}
