package org.ebpf4j.cli.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What the global variables of an object hold from the start, as a command is told.
public final class FirstValues {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "What a global variable holds from the start: a number, text, true, a name.")
  private List<String> values = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

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
        throw new CommandLine.ParameterException(
            Objects.requireNonNull(command).commandLine(), "--set: " + e.getMessage(), e);
      }
    }
    return spec;
  }
}
