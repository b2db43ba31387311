package org.ebpf4j.attach;

import java.util.List;
import java.util.function.Function;

/// A row of the table of hooks while it is written.
final class HookRow {
  private final String name;
  private final String title;
  private List<String> aliases = List.of();
  private String form = "";
  private boolean hasCommas;
  private List<HookOption> options = List.of();
  private String example = "";
  private String mechanism = "";
  private String note = "";
  private String meanwhile = "";
  private HookKind.Parser parser =
      (_, _) -> {
        throw new IllegalStateException("programs of this kind are not attached to a place");
      };

  private HookRow(String name, String title) {
    this.name = name;
    this.title = title;
  }

  static HookRow row(String name, String title) {
    return new HookRow(name, title);
  }

  HookRow alias(String... others) {
    aliases = List.of(others);
    return this;
  }

  /// How a place is written, and what reads it.
  HookRow place(String howWritten, String written, Function<String, Place> read) {
    return place(howWritten, List.of(), written, (place, _) -> read.apply(place));
  }

  HookRow place(
      String howWritten, List<HookOption> following, String written, HookKind.Parser read) {
    form = howWritten;
    options = following;
    example = written;
    parser = read;
    return this;
  }

  /// Places have commas of their own.
  HookRow commasInPlace() {
    hasCommas = true;
    return this;
  }

  /// What attaches a program there. Without, nothing does yet.
  HookRow attachedWith(String how) {
    mechanism = how;
    return this;
  }

  /// What is done with such programs instead of attaching them.
  HookRow instead(String what) {
    note = what;
    return this;
  }

  /// What can be attached now at the same place, as long as nothing attaches here.
  HookRow meanwhile(String what) {
    meanwhile = what;
    return this;
  }

  HookKind sections(HookSection... sections) {
    return new HookKind(
        name,
        aliases,
        title,
        form,
        hasCommas,
        options,
        example,
        mechanism,
        note,
        meanwhile,
        List.of(sections),
        parser);
  }
}
