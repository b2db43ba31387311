package org.ebpf4j.cli.input;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.object.ObjectSpec;
import picocli.CommandLine.Option;

/// What the global variables of an object hold from the start, as a command is told.
public final class FirstValues {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "What a global variable holds from the start: a number, text, true, a name.")
  private List<String> values = new ArrayList<>();

  /// Takes an option in its plain form.
  public boolean option(String name, PlainLine.Value value) {
    return name.equals("--set") && values.add(value.text());
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /// The object with those values.
  public ObjectSpec in(ObjectSpec read) {
    var spec = read;
    for (var value : values) {
      var equals = value.indexOf('=');
      try {
        if (equals < 1) {
          throw new IllegalArgumentException("no NAME=VALUE: '" + value + "'");
        }
        spec = spec.withVariable(value.substring(0, equals), value.substring(equals + 1));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--set: " + e.getMessage(), e);
      }
    }
    return spec;
  }
}
