package org.ebpf4j.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Where the verifier's log of a program goes that it rejects: a file, which gets all of it, or the
/// terminal, which gets as much as is kept.
public final class LogOption {
  @Option(
      names = "--log",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      preprocessor = FileOrNothing.class,
      description = {
        "If the verifier rejects a program, write all of its log to FILE, of which there may be hundreds of MB; without",
        "FILE print its end, up to 4 MB."
      })
  private @Nullable String log;

  /// What follows `--log` is its file, where it is no option and not what the command works on: an
  /// object file, or a directory.
  static final class FileOrNothing implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // The type is picocli's.
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      var attached = "=".equals(info.get("separator"));
      if (!attached && (args.isEmpty() || !isFile(args.peek()))) {
        args.push("");
      }
      return false;
    }

    private static boolean isFile(String word) {
      return !word.startsWith("-")
          && !word.endsWith(".o")
          && !word.endsWith(".text")
          && !Files.isDirectory(Path.of(word))
          && !isObject(Path.of(word));
    }
  }

  private static boolean isObject(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      var magic = in.readNBytes(4);
      return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L';
    } catch (IOException _) {
      return false;
    }
  }

  /// Whether the log is to be printed.
  public boolean printed() {
    return log != null && log.isEmpty();
  }

  /// The options with the file, which is made, or emptied, now.
  ///
  /// @throws BpfException where it cannot be written, or is an object file
  public LoadOptions in(LoadOptions before) {
    var file = Optional.ofNullable(log).filter(f -> !f.isEmpty()).map(Path::of);
    if (file.isEmpty()) {
      return before;
    }
    if (isObject(file.get())) {
      throw new BpfException(
          file.get() + " is an object file: --log takes the file that the log is written to");
    }
    try {
      Files.write(file.get(), new byte[0]);
    } catch (IOException e) {
      throw FileError.of(file.get(), "written", e);
    }
    return before.withLog(file.get());
  }
}
