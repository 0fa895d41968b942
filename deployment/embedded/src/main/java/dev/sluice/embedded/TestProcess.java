package dev.sluice.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM beside a test's own: to be killed, or one of several. */
public final class TestProcess {
  private TestProcess() {}

  /**
   * With this JVM's class path. It lives for seconds, and starts quicker without the compiler for
   * those that live for hours. What it says of its errors, this one says.
   *
   * @param options of the JVM
   * @param main the class that it runs
   */
  public static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
