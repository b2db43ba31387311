package org.ebpf4j.attach;

import java.util.List;

/// Where a program goes among the others on a hook that keeps them in an order: first, last, before
/// or after another, or in the place of another. Others are named by the id of their program, or by
/// that of their link.
///
/// @param position where
/// @param isLink whether `id` is that of a link, not of a program
/// @param id whom `position` refers to; 0 where it refers to nobody
/// @param revision how often the hook's programs must have changed so far, else the kernel refuses
///   with `ESTALE`; 0 for whatever it is
public record Order(Position position, boolean isLink, int id, long revision) {

  /// Where a program goes.
  public enum Position {
    /// Where the kernel puts it when nothing is said: after all others.
    DEFAULT,
    /// Before all others.
    HEAD,
    /// After all others.
    TAIL,
    /// Before a certain one.
    BEFORE,
    /// After a certain one.
    AFTER,
    /// In the place of a certain program, which goes. That must have been attached without a link:
    /// a link's program is exchanged by its owner. The new one has no link either, and stays when
    /// the process is killed, until somebody takes it off (`bpftool net detach`).
    REPLACE
  }

  /// After all others.
  public static final Order DEFAULT = new Order(Position.DEFAULT, false, 0, 0);

  /// Before all others.
  public static final Order HEAD = new Order(Position.HEAD, false, 0, 0);

  /// After all others, and said so.
  public static final Order TAIL = new Order(Position.TAIL, false, 0, 0);

  /// What text has for it.
  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.word("head", "before all others"),
          HookOption.word("tail", "after all others"),
          HookOption.value("before", "ID", "before that program, or link as in link:ID"),
          HookOption.value("after", "ID", "after that program, or link as in link:ID"),
          HookOption.value("replace", "ID", "in the place of that program, which has no link"),
          HookOption.value("revision", "N", "only if the hook's revision is that"));

  /// @throws IllegalArgumentException for an id where there is to be none, the other way round, or
  ///   for a link in whose place the program is to go
  public Order {
    var isRelative =
        switch (position) {
          case DEFAULT, HEAD, TAIL -> false;
          case BEFORE, AFTER, REPLACE -> true;
        };
    if (id < 0 || isRelative != (id != 0) || (isLink && !isRelative)) {
      throw new IllegalArgumentException(
          "a program goes before, after or in the place of one with an id of at least 1, and else"
              + " there is no id; not "
              + position
              + " with id "
              + id);
    }
    if (isLink && position == Position.REPLACE) {
      throw new IllegalArgumentException(
          "the program of a link is replaced by updating the link, not by attaching");
    }
    if (revision < 0) {
      throw new IllegalArgumentException("a revision is at least 0; not " + revision);
    }
  }

  /// Before a program.
  public static Order beforeProgram(int id) {
    return new Order(Position.BEFORE, false, id, 0);
  }

  /// After a program.
  public static Order afterProgram(int id) {
    return new Order(Position.AFTER, false, id, 0);
  }

  /// Before the program of a link.
  public static Order beforeLink(int id) {
    return new Order(Position.BEFORE, true, id, 0);
  }

  /// After the program of a link.
  public static Order afterLink(int id) {
    return new Order(Position.AFTER, true, id, 0);
  }

  /// In the place of a program that was attached without a link.
  public static Order replacing(int programId) {
    return new Order(Position.REPLACE, false, programId, 0);
  }

  /// The same place, if the programs of the hook have changed so many times.
  public Order withRevision(long expected) {
    return new Order(position, isLink, id, expected);
  }

  /// What options say.
  ///
  /// @throws IllegalArgumentException for several places, or ids that are none
  static Order of(PlaceOptions options) {
    var said = options.oneOf("head", "tail", "before", "after", "replace");
    var order =
        said.map(option ->
                switch (option) {
                  case "head" -> HEAD;
                  case "tail" -> TAIL;
                  case "before" -> relative(Position.BEFORE, option, options);
                  case "after" -> relative(Position.AFTER, option, options);
                  default -> relative(Position.REPLACE, option, options);
                })
            .orElse(DEFAULT);
    return order.withRevision(options.number("revision", 0));
  }

  private static Order relative(Position position, String option, PlaceOptions options) {
    var text = options.text(option).orElseThrow();
    var isLink = text.startsWith("link:");
    var digits = isLink ? text.substring("link:".length()) : text;
    if (!digits.matches("[0-9]{1,10}") || Long.parseLong(digits) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the option " + option + " is the id of a program, or link:ID; not '" + text + "'");
    }
    return new Order(position, isLink, Integer.parseInt(digits), 0);
  }

  /// The options as text, or nothing where nothing is said.
  String optionText() {
    var whom = (isLink ? "link:" : "") + id;
    var text =
        switch (position) {
          case DEFAULT -> "";
          case HEAD -> ",head";
          case TAIL -> ",tail";
          case BEFORE -> ",before=" + whom;
          case AFTER -> ",after=" + whom;
          case REPLACE -> ",replace=" + whom;
        };
    return text + PlaceText.value("revision", revision);
  }
}
