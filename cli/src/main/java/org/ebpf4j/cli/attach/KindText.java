package org.ebpf4j.cli.attach;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.HookOption;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.text.Json;

/// A kind of place as text and as JSON.
final class KindText {
  /// Where the text of a field begins.
  private static final int INDENT = 12;

  private KindText() {}

  /// Some lines for people, and an empty one.
  static List<String> lines(HookKind kind) {
    var lines = new ArrayList<String>();
    lines.add(kind.name() + ": " + kind.title());
    if (!kind.aliases().isEmpty()) {
      lines.add(field("also", String.join(", ", kind.aliases())));
    }
    if (kind.isAttachable()) {
      lines.add(field("place", kind.name() + ":" + kind.form()));
    }
    var options = kind.options().stream().filter(HookOption::isListed).toList();
    var width = options.stream().mapToInt(o -> o.usage().length()).max().orElse(0);
    var label = "options";
    for (var option : options) {
      lines.add(
          field(
              label,
              option.usage()
                  + " ".repeat(width - option.usage().length() + 2)
                  + option.description()));
      label = "";
    }
    lines.add(field("sections", String.join(", ", sections(kind))));
    lines.add(field("programs", String.join(", ", programs(kind))));
    if (kind.isAttachable()) {
      lines.add(field("with", kind.mechanism().replace("`", "")));
      lines.add(field("example", example(kind)));
    } else {
      lines.add(field("instead", instead(kind)));
    }
    lines.add("");
    return lines;
  }

  /// A line in parts that are no longer than a terminal is wide, where it has blanks.
  static List<String> wrapped(String line, int columns) {
    var parts = new ArrayList<String>();
    var rest = line;
    while (rest.length() > columns) {
      var end = rest.lastIndexOf(' ', columns);
      if (end <= INDENT) {
        break;
      }
      parts.add(rest.substring(0, end).stripTrailing());
      rest = " ".repeat(INDENT) + rest.substring(end + 1);
    }
    parts.add(rest);
    return parts;
  }

  private static String field(String label, String text) {
    return ("  " + label + " ".repeat(INDENT)).substring(0, INDENT) + text;
  }

  /// The names of sections, with the place where one may follow.
  static List<String> sections(HookKind kind) {
    return kind.sections().stream().map(s -> s.usage(kind.form())).distinct().toList();
  }

  private static List<String> programs(HookKind kind) {
    return kind.programTypes().stream().map(ProgramType::label).toList();
  }

  /// What is done with programs that ebpf4j attaches nowhere.
  private static String instead(HookKind kind) {
    if (!kind.note().isEmpty()) {
      return kind.note();
    }
    return "loaded and pinned only; not attached yet"
        + (kind.meanwhile().isEmpty() ? "" : "; " + kind.meanwhile());
  }

  /// A command that attaches a program there.
  static String example(HookKind kind) {
    return "ebpf4j run FILE --attach " + kind.name() + ":" + kind.example();
  }

  /// A JSON object on one line. Fields of what the kind has not are empty.
  static String json(HookKind kind) {
    return Json.object(o ->
        o.put("kind", kind.name())
            .putJson("aliases", array(kind.aliases().stream().map(Json::quote).toList()))
            .put("title", kind.title())
            .put("attachable", kind.isAttachable())
            .put("place", kind.form())
            .putJson("options", array(kind.options().stream().map(KindText::option).toList()))
            .putJson("sections", array(sections(kind).stream().map(Json::quote).toList()))
            .putJson("programs", array(programs(kind).stream().map(Json::quote).toList()))
            .put("with", kind.mechanism().replace("`", ""))
            .put("example", kind.isAttachable() ? example(kind) : "")
            .put("instead", kind.isAttachable() ? "" : instead(kind)));
  }

  private static String option(HookOption option) {
    return Json.object(o ->
        o.put("name", option.name())
            .putJson("aliases", array(option.aliases().stream().map(Json::quote).toList()))
            .put("value", option.value())
            .put("description", option.description()));
  }

  private static String array(List<String> json) {
    return "[" + String.join(",", json) + "]";
  }
}
