package dev.sluice.views.webhook;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.json.ColumnJson;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A row as its receiver gets it.
 *
 * @param id the same however often it is sent, and no other row's
 * @param body JSON: {@code {"type": "view.row", "timestamp": …, "data": {"view": …, "row": {…}}}}
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way out; never compared
record Message(String id, byte[] body) {
  static final String TYPE = "view.row";
  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final String HMAC = "HmacSHA256";

  /**
   * @param view whose stream of rows the batch is of
   */
  static Message of(StreamDefinition view, long generation, EventBatch batch, int row) {
    String id =
        "%s.%d.%d.%d"
            .formatted(view.name(), generation, batch.partition(), batch.log().offset()[row]);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty("type", TYPE);
      json.writeStringProperty("timestamp", ColumnJson.instant(batch.log().eventTime()[row]));
      json.writeObjectPropertyStart("data");
      json.writeStringProperty("view", view.name());
      json.writeObjectPropertyStart("row");
      Column[] columns = batch.fields();
      List<Field> fields = view.fields();
      for (int i = 0; i < fields.size(); i++) {
        json.writeName(fields.get(i).name());
        ColumnJson.write(json, columns[i], row);
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    }
    return new Message(id, body.toByteArray());
  }

  /**
   * As the Standard Webhooks specification has it: its version, and the HMAC-SHA256 of id, time and
   * body in Base64.
   *
   * @param seconds of the epoch, at which it is sent
   */
  String signature(byte[] key, long seconds) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }
}
