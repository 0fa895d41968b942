package dev.sluice.model.problem;

import java.util.Locale;

/**
 * Every code that any face of Sluice answers with. Codes are stable: clients switch on them.
 *
 * <p>The status is the HTTP status of a problem that ends a request. Codes of single events ({@link
 * #isEventCode()}) appear in acks and dead letters only.
 */
public enum ProblemCode {
  BAD_REQUEST(400, "Bad request"),
  NOT_FOUND(404, "Not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  REQUEST_TIMEOUT(408, "Request too slow"),
  REQUEST_TOO_LARGE(413, "Request too large"),
  URL_TOO_LONG(414, "URL too long"),
  MEDIA_TYPE_UNSUPPORTED(415, "Media type unsupported"),
  HOST_NOT_ALLOWED(421, "Host not allowed"),
  ORIGIN_NOT_ALLOWED(403, "Origin not allowed"),
  HEADERS_TOO_LARGE(431, "Headers too large"),
  INTERNAL(500, "Internal error"),
  TOO_MANY_CONNECTIONS(503, "Too many connections"),

  UNAUTHENTICATED(401, "Who calls is not known"),
  TOKEN_INVALID(401, "Invalid token"),
  TOKEN_EXPIRED(401, "The token has expired"),
  KEYS_UNAVAILABLE(503, "Keys unavailable"),
  FORBIDDEN(403, "Not allowed"),
  QUOTA_EXCEEDED(429, "Quota exceeded"),

  STREAM_UNKNOWN(404, "Unknown stream"),
  STREAM_INVALID(400, "Invalid stream definition"),
  STREAM_INCOMPATIBLE(409, "Incompatible change of a stream"),
  STREAM_CHANGED(409, "The stream was changed"),
  STREAM_DELETED(410, "The stream was deleted"),
  STREAM_READ_ONLY(409, "The stream is read only"),
  STREAM_IN_USE(409, "The stream is in use"),
  NAME_TAKEN(409, "The name is taken"),
  NAME_RESERVED(409, "The name is reserved"),
  TOPIC_UNKNOWN(404, "Unknown topic"),
  CATALOG_UNAVAILABLE(503, "Catalog unavailable"),
  WATERMARK_INVALID(400, "Invalid watermark"),

  DEAD_LETTERS_BUSY(409, "Another replay or deletion began"),

  VIEW_UNKNOWN(404, "Unknown view"),
  VIEW_INVALID(400, "Invalid view definition"),
  VIEW_IN_USE(409, "The view is in use"),
  WEBHOOK_UNDELIVERED(502, "A webhook's receiver took no row"),

  TABLE_UNKNOWN(404, "Unknown reference table"),
  TABLE_INVALID(400, "Invalid table definition"),
  TABLE_INCOMPATIBLE(409, "Incompatible change of a table"),
  TABLE_IN_USE(409, "The table is in use"),
  TABLE_ROW_INVALID(422, "Invalid row of a table"),
  TABLE_TOO_LARGE(422, "Table too large"),

  FRAME_NOT_JSON(400, "Frame is not JSON"),
  FRAME_MALFORMED(400, "Frame is malformed"),
  FRAME_TOO_LARGE(413, "Frame too large"),
  FRAME_EMPTY(400, "Frame is empty"),
  CREDIT_EXCEEDED(429, "More frames than were granted"),
  ACKS_UNREAD(429, "Acks were not read"),
  OVERLOADED(503, "Overloaded"),
  LOG_UNAVAILABLE(503, "Log unavailable"),

  EVENT_NOT_JSON(422, "Event is not JSON"),
  EVENT_NOT_OBJECT(422, "Event is not an object"),
  EVENT_COLUMNS(422, "Wrong number of columns"),
  EVENT_NOT_SENML(422, "Record is not SenML"),
  EVENT_NOT_CLOUDEVENT(422, "Event is not a CloudEvent"),
  EVENT_UNMAPPED(422, "SenML record maps to no field"),
  EVENT_TOO_LARGE(422, "Event too large"),
  EVENT_TOO_DEEP(422, "Event nested too deeply"),
  EVENT_FROM_FUTURE(422, "Event from the future"),
  EVENT_TIME_RANGE(422, "Event time out of range"),
  EVENT_UNDECODABLE(422, "Undecodable record"),
  EVENT_LATE(422, "Late event"),
  FIELD_UNKNOWN(422, "Unknown field"),
  FIELD_DUPLICATE(422, "Field given twice"),
  FIELD_MISSING(422, "Missing field"),
  FIELD_TYPE(422, "Wrong type of a field"),
  KEY_NOT_YOURS(422, "The key is of another device"),

  QUERY_MISSING(400, "No query"),
  QUERY_SYNTAX(400, "SQL syntax error"),
  QUERY_INVALID(400, "Invalid query"),
  QUERY_UNKNOWN_COLUMN(400, "Unknown column"),
  QUERY_UNKNOWN_TABLE(404, "Unknown table"),
  QUERY_UNSUPPORTED(400, "Unsupported SQL"),
  QUERY_TOO_LONG(413, "SQL too long"),
  QUERY_PARAMETER(400, "Invalid query parameter"),
  QUERY_UNBOUNDED(400, "Unbounded query"),
  QUERY_OVERFLOW(422, "Numeric overflow"),
  QUERY_DIVISION_BY_ZERO(422, "Division by zero"),
  QUERY_CAST(422, "Value cannot be cast"),
  QUERY_ARGUMENT(422, "Argument out of range"),
  QUERY_STATE_LIMIT(422, "Too much state"),
  QUERY_WINDOW_LIMIT(400, "Too many windows"),
  QUERY_RESULT_TOO_LARGE(422, "Result too large"),
  QUERY_LIMIT(429, "Too many queries"),
  SUBSCRIBER_LIMIT(429, "Too many subscribers"),
  QUERY_SET_TOO_LARGE(413, "Too many queries in one request"),
  QUERY_UNKNOWN(404, "Unknown query"),
  QUERY_DELETED(410, "The query was deleted"),
  POSITION_EXPIRED(410, "Position expired"),
  RESUME_TOKEN_INVALID(400, "Invalid resume token"),
  SLOW_SUBSCRIBER(429, "Subscriber too slow"),
  DEDUPE_LIMIT(422, "Too many ids");

  private final int status;
  private final String title;

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** A short English name of the problem, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** The problem's type, {@code urn:sluice:problem:…}. */
  public String type() {
    return "urn:sluice:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether this is the code of one event: a reason for a rejection, never the end of a request.
   */
  public boolean isEventCode() {
    return status == 422
        && (name().startsWith("EVENT_") || name().startsWith("FIELD_") || this == KEY_NOT_YOURS);
  }
}
