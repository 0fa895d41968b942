package dev.sluice.model.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewJsonTest {
  @Test
  void theStreamThatAViewFeedsIsReadAgain() {
    ViewDefinition view = view("\"alarms\"");
    assertThat(view.into()).isEqualTo("alarms");
    byte[] stored = ViewJson.toJsonWithSecrets(view).toString().getBytes(StandardCharsets.UTF_8);
    assertThat(ViewJson.parse("v", stored)).isEqualTo(view);
    assertThat(view.withWebhook(null)).isEqualTo(view);
    assertThat(ViewJson.toJson(view("null")).has("into")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"Alarms\"", "\"a b\"", "\"a\\u0000\"", "7", "{}"})
  void whatIsNoNameOfAStreamIsRefused(String into) {
    assertThatThrownBy(() -> view(into)).hasMessageContaining("into");
  }

  private static ViewDefinition view(String into) {
    String json = "{\"sql\": \"SELECT v FROM s\", \"into\": %s}".formatted(into);
    return ViewJson.parse("v", json.getBytes(StandardCharsets.UTF_8));
  }
}
