package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** The documentation has every setting, with the default that it has. */
class SettingsTest {
  private static final Path DOCUMENTATION = Path.of("..", "docs", "settings.md");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(sluice\\.[\\w.-]+)` \\| `?([^|`]+)`? \\| [^|]+ \\|$", Pattern.MULTILINE);

  @Test
  void everySettingIsDocumentedWithItsDefault() throws IOException {
    Map<String, String> documented =
        ROW.matcher(Files.readString(DOCUMENTATION))
            .results()
            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
    Map<String, String> settings = settings();
    assertThat(settings).hasSizeGreaterThan(30);

    assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(settings.keySet());
    settings.values().removeIf(String::isEmpty);
    assertThat(documented).containsAllEntriesOf(settings);
  }

  /** Each with its default; empty if there is none. */
  private static Map<String, String> settings() {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    Map<String, String> settings = new TreeMap<>();
    scanner.findCandidateComponents("dev.sluice").stream()
        .map(found -> ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), null))
        .forEach(group -> settings.putAll(settings(group)));
    return settings;
  }

  private static Map<String, String> settings(Class<?> group) {
    String prefix = group.getAnnotation(ConfigurationProperties.class).value();
    RecordComponent[] names = group.getRecordComponents();
    Parameter[] values = group.getDeclaredConstructors()[0].getParameters();
    return IntStream.range(0, names.length)
        .boxed()
        .collect(
            Collectors.toMap(
                i -> prefix + "." + DataObjectPropertyName.toDashedForm(names[i].getName()),
                i -> defaultOf(values[i])));
  }

  private static String defaultOf(Parameter setting) {
    DefaultValue value = setting.getAnnotation(DefaultValue.class);
    return value == null ? "" : String.join(",", value.value());
  }
}
