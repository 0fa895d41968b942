package dev.sluice.engine.resume;

import dev.sluice.engine.resume.Place.AtEnd;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes tokens and reads them: base64url of a version, the question, the place, and the first 16
 * bytes of an HMAC-SHA256 of these.
 *
 * <p>At most 64 characters for a place in a window, at most 512 for one in the log of 48 partitions
 * whose offsets are less than 2³², whose watermarks differ by less than an hour, and whose times
 * are before 2039. A question that ends at the present has its ends in its tokens: at most 10
 * characters more, and 6 for each partition.
 */
public final class TokenCodec {
  /** Longest token that is looked at, in characters. */
  static final int MAX_LENGTH = 8_192;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SIGNATURE_BYTES = 16;
  private static final int VERSION = 2;
  private static final int PLAN_BYTES = 6;

  private static final int HAS_TO = 1;
  private static final int ENDS_AT_PRESENT = 2;
  private static final int HAS_LEFT = 4;
  private static final int HAS_TIME = 8;
  private static final int HAS_BEGIN = 16;
  private static final int HAS_ENDS = 32;
  private static final int HAS_ROWS = 64;

  private enum Kind {
    WINDOW,
    LOG,
    TOTAL,
    END,
    SESSIONS
  }

  /** Never used itself: each use clones it. */
  private final Mac prototype;

  /**
   * @param key of at least 32 bytes, the same on all gateways
   */
  public TokenCodec(byte[] key) {
    if (key.length < 32) {
      throw new IllegalArgumentException(
          "the key of resume tokens must have at least 32 bytes: has " + key.length);
    }
    try {
      prototype = Mac.getInstance(ALGORITHM);
      prototype.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The short hash of a plan that its tokens bear: 48 bits. */
  public static long hash(String digest) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(digest.getBytes(StandardCharsets.UTF_8));
      long value = 0;
      for (int i = 0; i < PLAN_BYTES; i++) {
        value = value << 8 | (hash[i] & 0xFF);
      }
      return value;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public String write(ResumeToken token) {
    Question question = token.question();
    Place place = token.place();
    TokenBytes out = new TokenBytes();
    out.writeByte(VERSION << 4 | kind(place).ordinal());
    out.writeByte(flags(token));
    out.writeFixed(question.plan(), PLAN_BYTES);
    out.writeLong(question.generation());
    if (question.to() != Long.MAX_VALUE) {
      out.writeLong(question.to());
    }
    if (token.left() != Long.MAX_VALUE) {
      out.writeLong(token.left());
    }
    List<Long> ends = question.ends();
    if (ends != null) {
      out.writeLong(ends.size());
      out.writePacked(ends.stream().mapToLong(Long::longValue).toArray());
    }
    if (place instanceof InWindow window) {
      writeTime(out, window.window());
      out.writeLong(window.rows());
    } else if (place instanceof InSessions sessions) {
      writeTime(out, sessions.first());
      out.writeLong(sessions.from());
      out.writeLong(sessions.end());
      out.writeLong(sessions.rows());
    } else if (place instanceof InLog log) {
      writeTime(out, log.from());
      writeOffsets(out, log.at());
      if (log.at().isWithinRecords()) {
        out.writePacked(log.at().rows());
      }
    } else if (place instanceof InTotal total) {
      writeTime(out, total.from());
      if (total.begin() != null) {
        writeOffsets(out, total.begin());
      }
      out.writeLong(total.rows());
    }
    byte[] body = out.toBytes();
    byte[] signed = Arrays.copyOf(body, body.length + SIGNATURE_BYTES);
    System.arraycopy(sign(body, body.length), 0, signed, body.length, SIGNATURE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
  }

  private static Kind kind(Place place) {
    if (place instanceof InWindow) {
      return Kind.WINDOW;
    }
    if (place instanceof InSessions) {
      return Kind.SESSIONS;
    }
    if (place instanceof InLog) {
      return Kind.LOG;
    }
    return place instanceof InTotal ? Kind.TOTAL : Kind.END;
  }

  private static int flags(ResumeToken token) {
    int flags = token.question().to() == Long.MAX_VALUE ? 0 : HAS_TO;
    flags |= token.question().endsAtPresent() ? ENDS_AT_PRESENT : 0;
    flags |= token.left() == Long.MAX_VALUE ? 0 : HAS_LEFT;
    flags |= time(token.place()) == Long.MIN_VALUE ? 0 : HAS_TIME;
    flags |= token.question().ends() == null ? 0 : HAS_ENDS;
    if (token.place() instanceof InLog log) {
      flags |= log.at().isWithinRecords() ? HAS_ROWS : 0;
    }
    if (token.place() instanceof InTotal total) {
      flags |= total.begin() == null ? 0 : HAS_BEGIN;
    }
    return flags;
  }

  private static long time(Place place) {
    if (place instanceof InWindow window) {
      return window.window();
    }
    if (place instanceof InSessions sessions) {
      return sessions.first();
    }
    if (place instanceof InLog log) {
      return log.from();
    }
    return place instanceof InTotal total ? total.from() : Long.MIN_VALUE;
  }

  private static void writeTime(TokenBytes out, long time) {
    if (time != Long.MIN_VALUE) {
      out.writeLong(time);
    }
  }

  private static void writeOffsets(TokenBytes out, Offsets offsets) {
    out.writeLong(offsets.offsets().length);
    out.writePacked(offsets.offsets());
    out.writePacked(offsets.watermarks());
  }

  /**
   * @throws ProblemException RESUME_TOKEN_INVALID
   */
  public ResumeToken read(String text) {
    byte[] bytes = decode(text);
    int length = bytes.length - SIGNATURE_BYTES;
    if (length <= 0
        || !MessageDigest.isEqual(
            Arrays.copyOf(sign(bytes, length), SIGNATURE_BYTES),
            Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw invalid("is cut short, or was not made by these gateways");
    }
    try {
      return read(new TokenBytes(bytes, length));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw invalid("is of a version that this gateway does not know");
    }
  }

  private static byte[] decode(String text) {
    if (text.length() > MAX_LENGTH) {
      throw invalid("has more than " + MAX_LENGTH + " characters");
    }
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid("is not base64url");
    }
  }

  private static ResumeToken read(TokenBytes in) {
    int head = in.readByte();
    if (head >> 4 != VERSION) {
      throw new IllegalArgumentException("version " + (head >> 4));
    }
    Kind kind = Kind.values()[head & 0xF];
    int flags = in.readByte();
    long plan = in.readFixed(PLAN_BYTES);
    long generation = in.readLong();
    long to = (flags & HAS_TO) == 0 ? Long.MAX_VALUE : in.readLong();
    long left = (flags & HAS_LEFT) == 0 ? Long.MAX_VALUE : in.readLong();
    List<Long> ends = (flags & HAS_ENDS) == 0 ? null : readEnds(in);
    long time = kind == Kind.END || (flags & HAS_TIME) == 0 ? Long.MIN_VALUE : in.readLong();
    Place place =
        switch (kind) {
          case WINDOW -> new InWindow(time, in.readLong());
          case LOG -> new InLog(time, readRows(in, readOffsets(in), flags));
          case TOTAL -> {
            Offsets begin = (flags & HAS_BEGIN) == 0 ? null : readOffsets(in);
            yield new InTotal(time, begin, in.readLong());
          }
          case END -> new AtEnd();
          case SESSIONS -> new InSessions(time, in.readLong(), in.readLong(), in.readLong());
        };
    Question question = new Question(plan, generation, to, (flags & ENDS_AT_PRESENT) != 0, ends);
    return new ResumeToken(question, place, left);
  }

  private static Offsets readOffsets(TokenBytes in) {
    int partitions = in.readCount();
    return new Offsets(in.readPacked(partitions), in.readPacked(partitions));
  }

  private static Offsets readRows(TokenBytes in, Offsets at, int flags) {
    return (flags & HAS_ROWS) == 0
        ? at
        : new Offsets(at.offsets(), at.watermarks(), in.readPacked(at.offsets().length));
  }

  private static List<Long> readEnds(TokenBytes in) {
    return Arrays.stream(in.readPacked(in.readCount())).boxed().toList();
  }

  private byte[] sign(byte[] bytes, int length) {
    try {
      Mac mac = (Mac) prototype.clone();
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProblemException invalid(String what) {
    return Problem.ofField(
            ProblemCode.RESUME_TOKEN_INVALID,
            "after",
            "the resume token " + what + ": send an id as it came, or ask anew without one")
        .toException();
  }
}
