package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;

/** The ways to answer a query; where a client takes several alike, the first. */
enum Face {
  NDJSON(MediaType.parseMediaType("application/x-ndjson"), Format.NDJSON),
  SSE(MediaType.TEXT_EVENT_STREAM, Format.SSE),
  JSON(MediaType.APPLICATION_JSON, Format.JSON);

  private final MediaType mediaType;
  private final Format format;

  Face(MediaType mediaType, Format format) {
    this.mediaType = mediaType;
    this.format = format;
  }

  MediaType mediaType() {
    return mediaType;
  }

  /**
   * @param ids whether rows have ids where they need not
   */
  Format format(boolean ids) {
    return ids && format == Format.NDJSON ? Format.NDJSON_IDS : format;
  }

  /**
   * The face that the client likes best, by RFC 9110: a face's quality is that of the most specific
   * range that it is in. Of faces of equal quality the one that was asked for most specifically.
   *
   * @param accept every {@code Accept} header; none: anything
   * @throws dev.sluice.model.problem.ProblemException NOT_ACCEPTABLE, BAD_REQUEST
   */
  static Face preferred(List<String> accept) {
    List<MediaType> ranges = parse(accept);
    if (ranges.isEmpty()) {
      return NDJSON;
    }
    return Arrays.stream(values())
        .map(face -> new Match(face, face.range(ranges)))
        .filter(match -> match.quality() > 0)
        .max(
            Comparator.comparingDouble(Match::quality)
                .thenComparingInt(Match::specificity)
                .thenComparing(match -> match.face, Comparator.reverseOrder()))
        .map(Match::face)
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "a query is answered as text/event-stream, application/x-ndjson or"
                            + " application/json: say so in Accept")
                    .toException());
  }

  private static List<MediaType> parse(List<String> accept) {
    try {
      return MediaType.parseMediaTypes(accept);
    } catch (InvalidMediaTypeException | InvalidMimeTypeException e) {
      throw Problem.of(ProblemCode.BAD_REQUEST, "Accept is malformed: " + e.getMessage())
          .toException();
    }
  }

  private List<MediaType> range(List<MediaType> ranges) {
    return ranges.stream()
        .filter(range -> range.includes(mediaType))
        .max(Comparator.comparingInt(Face::specificity))
        .map(List::of)
        .orElse(List.of());
  }

  private static int specificity(MediaType range) {
    if (range.isWildcardType()) {
      return 0;
    }
    return range.isWildcardSubtype() ? 1 : 2;
  }

  private record Match(Face face, List<MediaType> range) {
    double quality() {
      return range.isEmpty() ? 0 : range.get(0).getQualityValue();
    }

    int specificity() {
      return range.isEmpty() ? 0 : Face.specificity(range.get(0));
    }
  }
}
