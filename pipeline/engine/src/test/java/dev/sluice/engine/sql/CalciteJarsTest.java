package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Planning needs the jars that the module's pom names for it, and none that comes along here. */
class CalciteJarsTest {
  private static final Pattern NEEDED =
      Pattern.compile(
          "(calcite-core|calcite-babel|calcite-linq4j|avatica-core|guava|failureaccess|slf4j-api"
              + "|jackson-core|jackson-databind|jackson-annotations|json-path|commons-codec"
              + "|commons-math3|janino|commons-compiler|joou-java-6|jts-core)-[0-9].*\\.jar");

  @Test
  void theNamedJarsPlanAlone() throws Exception {
    List<URL> path = new ArrayList<>();
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : all.split(File.pathSeparator)) {
      Path file = Path.of(entry);
      boolean needed = NEEDED.matcher(file.getFileName().toString()).matches();
      if (needed || entry.contains("sluice-") || file.toFile().isDirectory()) {
        path.add(file.toUri().toURL());
      }
    }
    try (URLClassLoader alone =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> planner = alone.loadClass(SqlPlanner.class.getName());
      var unused = planner.getMethod("warmUp").invoke(null);
      assertThat(planner.getClassLoader()).isSameAs(alone);
    }
  }
}
