package org.ebpf4j.cli.process;

import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A command line in its plain form: options that a command names in code, each with its value, and
/// words. Reading it takes no reflection. Picocli, which reads annotations, takes as long as
/// everything else that `run` does until its first line; it gets what is not plain: help, mistakes,
/// rare options.
///
/// What is read here has the same meaning there; `PlainLineTest` compares the two.
public final class PlainLine {
  /// A command that may be read so. Its annotations say the same, and more.
  public interface Command extends Callable<Integer> {
    /// Takes an option; false where it is not one of the plain ones.
    boolean option(String name, Value value);

    /// Takes the next word that is no option; false where there are enough.
    boolean word(String word);

    /// Whether nothing is missing.
    boolean complete();

    @Override
    Integer call() throws Exception;
  }

  /// Thrown where a line turns out not to be plain.
  private static final class NotPlainException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    NotPlainException() {
      super("not plain", null, false, false);
    }
  }

  /// What may follow the name of an option.
  public static final class Value {
    private final List<String> words;
    private int next;
    private @Nullable String attached;

    private Value(List<String> words) {
      this.words = words;
    }

    /// True, for an option without a value that was not given `before`.
    public boolean flag(boolean before) {
      if (before) {
        throw new NotPlainException();
      }
      return true;
    }

    /// The value of an option that may be given again.
    public String text() {
      var text = attached;
      if (text == null) {
        if (next == words.size()) {
          throw new NotPlainException();
        }
        text = words.get(next++);
        if (text.startsWith("-")) {
          throw new NotPlainException();
        }
      }
      attached = null;
      if (text.isEmpty() || text.indexOf('"') >= 0 || text.indexOf('\'') >= 0) {
        throw new NotPlainException();
      }
      return text;
    }

    /// The value of an option that may be given once; `before` is what it has so far.
    public String text(@Nullable Object before) {
      if (before != null) {
        throw new NotPlainException();
      }
      return text();
    }

    /// The path that is the value of an option that may be given once.
    public Path path(@Nullable Path before) {
      return Path.of(text(before));
    }

    /// The values between commas, of an option that may be given again.
    public List<String> list() {
      var text = text();
      if (text.startsWith(",") || text.endsWith(",") || text.contains(",,")) {
        throw new NotPlainException();
      }
      return List.of(text.split(",", -1));
    }

    /// The number that is the value of an option that may be given once, and is 0 without it.
    public int number(int before) {
      return Integer.parseInt(text(before == 0 ? null : before));
    }
  }

  private PlainLine() {}

  /// Reads words into a command. Where it gives false, they are not plain, and the command has some
  /// of them: another has to be made.
  public static boolean read(List<String> words, Command command) {
    var value = new Value(words);
    try {
      while (value.next < words.size()) {
        var word = words.get(value.next++);
        if (word.isEmpty()
            || word.startsWith("@")
            || word.indexOf('"') >= 0
            || word.indexOf('\'') >= 0) {
          return false;
        }
        if (!word.startsWith("-")) {
          if (!command.word(word)) {
            return false;
          }
          continue;
        }
        var equals = word.startsWith("--") ? word.indexOf('=') : -1;
        value.attached = equals < 0 ? null : word.substring(equals + 1);
        if (!command.option(equals < 0 ? word : word.substring(0, equals), value)
            || value.attached != null) {
          return false;
        }
      }
      return command.complete();
    } catch (NotPlainException | IllegalArgumentException _) {
      return false;
    }
  }
}
