package dev.sluice.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command line, and what it left behind. */
record Run(int exitCode, String out, String err) {
  static Run of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    PrintWriter outWriter = new PrintWriter(out);
    PrintWriter errWriter = new PrintWriter(err);
    int exitCode = SluiceCommand.run(outWriter, errWriter, args);
    outWriter.flush();
    errWriter.flush();
    return new Run(exitCode, out.toString(), err.toString());
  }
}
