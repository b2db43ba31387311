package org.ebpf4j.cli.listing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ebpf4j.cli.input.ObjectId;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.NotFoundException;

/// Chooses objects by the words of a command line: an id (`42` or `id 42`), a name (`count_execs`
/// or `name 42`), the tag of a program (16 hexadecimal digits, or `tag …`), or the path of a pin (a
/// word with a slash, or `pinned …`).
///
/// @param what the kind of object, for messages, such as `program`
/// @param id its id
/// @param name its name
/// @param tag its tag, or an empty text where the kind has none
/// @param pinned the id of what is pinned at a path
/// @param <T> the kind
public record Selection<T>(
    String what,
    ToIntFunction<T> id,
    Function<T, String> name,
    Function<T, String> tag,
    ToIntFunction<Path> pinned) {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");
  private static final Pattern TAG = Pattern.compile("[0-9a-f]{16}");

  /// Those that the words choose, each once, in the order of the words; all where there are none.
  ///
  /// @throws NotFoundException where a word chooses none
  /// @throws UsageException where a word such as `id` has none behind it
  public List<T> of(List<String> words, Collection<T> all) {
    if (words.isEmpty()) {
      return List.copyOf(all);
    }
    var chosen = new LinkedHashSet<T>();
    for (int i = 0; i < words.size(); i++) {
      var word = words.get(i);
      switch (word) {
        case "id", "name", "tag", "pinned" -> {
          if (++i == words.size()) {
            throw new UsageException("what " + word + " the " + what + " has is missing");
          }
          chosen.addAll(of(word, words.get(i), all));
        }
        default -> chosen.addAll(of(form(word), word, all));
      }
    }
    return List.copyOf(chosen);
  }

  /// The one that the words choose.
  ///
  /// @throws NotFoundException where they choose none
  /// @throws UsageException where they choose several
  public T one(List<String> words, Collection<T> all) {
    var chosen = of(words, all);
    if (words.isEmpty() || chosen.size() != 1) {
      throw new UsageException(
          words.isEmpty()
              ? "which " + what + " is meant is missing: an id, a name or a pin"
              : "'"
                  + String.join(" ", words)
                  + "' is several: choose one by its id, "
                  + chosen.stream()
                      .map(object -> Integer.toUnsignedString(id.applyAsInt(object)))
                      .collect(Collectors.joining(", ")));
    }
    return chosen.getFirst();
  }

  /// How those that there are can be seen.
  private String listed() {
    return "ebpf4j "
        + (what.equals("program") ? "prog" : what.toLowerCase(Locale.ROOT))
        + " list, which shows those that there are";
  }

  private String form(String word) {
    if (word.contains("/")) {
      return "pinned";
    }
    if (DIGITS.matcher(word).matches()) {
      return "id";
    }
    return TAG.matcher(word).matches() ? "tag" : "name";
  }

  private List<T> of(String form, String word, Collection<T> all) {
    return switch (form) {
      case "id" -> ofId(number(word), word, all);
      case "pinned" -> {
        var pinnedId = pinned.applyAsInt(Path.of(word));
        yield ofId(pinnedId, word, all);
      }
      case "tag" -> some("tag", word, tag, all);
      default -> some("name", word, name, all);
    };
  }

  private int number(String word) {
    return ObjectId.of(word)
        .orElseThrow(() -> new UsageException("'" + word + "' is no id of a " + what));
  }

  private List<T> ofId(int wanted, String word, Collection<T> all) {
    var found = all.stream().filter(object -> id.applyAsInt(object) == wanted).toList();
    if (found.isEmpty()) {
      throw new NotFoundException(what, word, List.of(), "", listed());
    }
    return found;
  }

  private List<T> some(String property, String word, Function<T, String> text, Collection<T> all) {
    var found = new ArrayList<T>();
    for (var object : all) {
      if (text.apply(object).equals(word)) {
        found.add(object);
      }
    }
    if (found.isEmpty()) {
      throw new NotFoundException(
          what + (property.equals("tag") ? " with tag" : ""),
          word,
          all.stream().map(text).filter(t -> !t.isEmpty()).distinct().toList(),
          "",
          listed());
    }
    return found;
  }
}
