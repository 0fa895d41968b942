package dev.sluice.gateway.http;

import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/** A problem as the last response of a connection, where no server has made one. */
final class HttpWord {
  private static final int UNAVAILABLE = 503;

  private HttpWord() {}

  /** As it goes over the wire. */
  static ByteBuf of(Problem problem) {
    FullHttpResponse response = response(problem);
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(response.status()).append("\r\n");
    response
        .headers()
        .forEach(
            header ->
                head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n"));
    return Unpooled.wrappedBuffer(
        head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII),
        ByteBufUtil.getBytes(response.content()));
  }

  /** As it goes to a codec. */
  static FullHttpResponse response(Problem problem) {
    byte[] body = Problems.toJson(problem);
    int status = problem.code().status();
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
    BrowserRules.tell(response.headers()::set);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status == UNAVAILABLE) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
    }
    return response;
  }
}
