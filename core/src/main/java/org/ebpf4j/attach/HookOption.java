package org.ebpf4j.attach;

import java.util.List;

/// An option of a kind of hook, as it follows a place behind a comma: a word such as `generic`, or
/// a value such as `cookie=7`.
///
/// @param name its name
/// @param aliases other names that are read as the same
/// @param value what its value is, for people, such as `N`; empty for a word
/// @param description what it does, in a few words; empty for one that lists do not show
public record HookOption(String name, List<String> aliases, String value, String description) {
  public HookOption {
    aliases = List.copyOf(aliases);
  }

  /// A word.
  static HookOption word(String name, String description, String... aliases) {
    return new HookOption(name, List.of(aliases), "", description);
  }

  /// A name with a value.
  ///
  /// @param value what the value is, for people
  static HookOption value(String name, String value, String description, String... aliases) {
    return new HookOption(name, List.of(aliases), value, description);
  }

  /// The cookie that most programs of tracing can be given.
  static HookOption cookie() {
    return value("cookie", "N", "the number that bpf_get_attach_cookie gives the program");
  }

  /// Whether it has a value.
  public boolean hasValue() {
    return !value.isEmpty();
  }

  /// Whether lists of options show it.
  public boolean isListed() {
    return !description.isEmpty();
  }

  /// How it is written: `generic`, `cookie=N`.
  public String usage() {
    return hasValue() ? name + "=" + value : name;
  }

  boolean isNamed(String said) {
    return name.equals(said) || aliases.contains(said);
  }
}
