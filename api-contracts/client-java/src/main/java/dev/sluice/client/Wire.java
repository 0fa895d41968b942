package dev.sluice.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.InvalidException;
import io.rsocket.exceptions.SetupException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.ByteBufPayload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the client and the gateway say to each other, as bytes. */
final class Wire {
  static final String METADATA_MIME =
      WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
  static final String DATA_MIME = WellKnownMimeType.APPLICATION_JSON.getString();
  static final JsonMapper JSON = JsonMapper.shared();

  /** What the client calls itself; without a version where it runs from class files. */
  static final String CLIENT = client(Wire.class.getPackage().getImplementationVersion());

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_FAULT = 500;

  private Wire() {}

  static String client(@Nullable String version) {
    return version == null ? "sluice-java" : "sluice-java/" + version;
  }

  /** A gateway's answer to a frame. */
  sealed interface Answer {
    /** As the caller of {@code sendFrames} is told. */
    FrameAck ackOf(long frame);

    /** Why an event of the frame is not stored; null if it is. */
    @Nullable Rejection rejectionOf(int event);

    /** Stored, or rejected event by event. */
    record Done(int accepted, List<Rejection> rejected) implements Answer {
      @Override
      public FrameAck ackOf(long frame) {
        return new FrameAck(frame, accepted, rejected, null);
      }

      @Override
      public @Nullable Rejection rejectionOf(int event) {
        for (Rejection one : rejected) {
          if (one.index() == event) {
            return one;
          }
        }
        return null;
      }
    }

    /** Refused as a whole, for good. */
    record Refused(SluiceException problem) implements Answer {
      @Override
      public FrameAck ackOf(long frame) {
        return new FrameAck(frame, 0, List.of(), problem);
      }

      @Override
      public Rejection rejectionOf(int event) {
        return new Rejection(event, problem.code(), null, problem.detail());
      }
    }

    /** Refused for now, or perhaps half stored: the same frame is to be sent again. */
    record Again() implements Answer {
      @Override
      public FrameAck ackOf(long frame) {
        throw new IllegalStateException("frame " + frame + " has no ack yet");
      }

      @Override
      public @Nullable Rejection rejectionOf(int event) {
        throw new IllegalStateException("event " + event + " has no ack yet");
      }
    }
  }

  /** The first payload's metadata: composite, with the route. */
  static byte[] route(String route) {
    return metadata(
        WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
        TaggingMetadataCodec.createRoutingMetadata(ByteBufAllocator.DEFAULT, List.of(route))
            .getContent());
  }

  /** A connection's first payload: what the client is. */
  static Payload setup() {
    return ByteBufPayload.create(said());
  }

  private static byte[] said() {
    return JSON.writeValueAsBytes(JSON.createObjectNode().put("client", CLIENT));
  }

  /** The same, with whose it is. */
  static Payload setup(String token) {
    byte[] metadata =
        metadata(
            WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
            AuthMetadataCodec.encodeBearerMetadata(ByteBufAllocator.DEFAULT, token.toCharArray()));
    return ByteBufPayload.create(Unpooled.wrappedBuffer(said()), Unpooled.wrappedBuffer(metadata));
  }

  private static byte[] metadata(WellKnownMimeType type, ByteBuf content) {
    CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
    try {
      CompositeMetadataCodec.encodeAndAddMetadata(
          metadata, ByteBufAllocator.DEFAULT, type, content);
      return ByteBufUtil.getBytes(metadata);
    } finally {
      metadata.release();
    }
  }

  /** Reads an ack that must be the connection's {@code expected}th, from 0. */
  static Answer answer(byte[] ack, long expected) {
    JsonNode json;
    try {
      json = JSON.readTree(ack);
    } catch (JacksonException e) {
      throw new SluiceException(SluiceException.PROTOCOL, "an ack was not JSON", 0, e);
    }
    if (json.path("frame").asLong(-1) != expected) {
      throw new SluiceException(
          SluiceException.PROTOCOL, "expected the ack of frame " + expected + ": was " + json);
    }
    if (json.path("retry").asBoolean(false)) {
      return new Answer.Again();
    }
    JsonNode problem = json.get("problem");
    if (problem != null && problem.isObject()) {
      return new Answer.Refused(problem(problem, null));
    }
    List<Rejection> rejected = new ArrayList<>();
    for (JsonNode one : json.path("rejected")) {
      JsonNode field = one.get("field");
      rejected.add(
          new Rejection(
              one.path("index").asInt(0),
              one.path("code").asString(""),
              field == null || field.isNull() ? null : field.asString(""),
              one.path("detail").asString("")));
    }
    return new Answer.Done(json.path("accepted").asInt(0), rejected);
  }

  /**
   * Reads why a connection ended: a {@link SluiceException} if another one would end in the same
   * way, the failure itself if it might not.
   */
  static Throwable ending(Throwable failure) {
    SluiceException said = said(failure);
    return said == null || isPassing(said) ? failure : said;
  }

  /** What the gateway said when it ended a connection; null if it said nothing. */
  static @Nullable SluiceException said(Throwable failure) {
    if (failure instanceof SluiceException said) {
      return said;
    }
    if (failure.getCause() instanceof SluiceException said) {
      return said;
    }
    boolean says =
        failure instanceof ApplicationErrorException
            || failure instanceof SetupException
            || failure instanceof InvalidException;
    return says ? problem(String.valueOf(failure.getMessage()), failure) : null;
  }

  /** Whether the same may go well a little later. */
  static boolean isPassing(SluiceException problem) {
    return problem.status() == TOO_MANY_REQUESTS || problem.status() >= FIRST_SERVER_FAULT;
  }

  private static SluiceException problem(String document, Throwable cause) {
    try {
      JsonNode json = JSON.readTree(document);
      if (json.isObject() && json.has("code")) {
        return problem(json, cause);
      }
    } catch (JacksonException e) {
      cause.addSuppressed(e);
    }
    return new SluiceException(SluiceException.REFUSED, document, 0, cause);
  }

  static SluiceException problem(JsonNode json, @Nullable Throwable cause) {
    String detail = json.path("detail").asString("");
    return new SluiceException(
        json.path("code").asString(""),
        detail.isEmpty() ? json.path("title").asString("") : detail,
        json.path("status").asInt(0),
        cause);
  }

  /**
   * How many events a frame of the caller's making holds: the objects of an array, or one after
   * another (one object, or NDJSON); at least 1. The frame is only counted, not checked.
   */
  static int events(byte[] frame) {
    int events = 0;
    int depth = 0;
    int outermost = -1;
    boolean quoted = false;
    for (int i = 0; i < frame.length; i++) {
      byte b = frame[i];
      if (quoted) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == '"') {
        quoted = true;
      } else if (b == '{' || b == '[') {
        if (outermost < 0) {
          outermost = b == '[' ? 1 : 0;
        }
        if (b == '{' && depth == outermost) {
          events++;
        }
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
    }
    return Math.max(1, events);
  }
}
