package org.ebpf4j.attach;

import java.util.ArrayList;
import java.util.stream.Collectors;

/// The page of the kinds of hooks, `docs/hooks.md`.
final class HookPage {
  private static final String HEAD =
      """
      # Kinds of hooks

      Made from the table of hooks, which section names, `--attach` and `ebpf4j attach --list` are read from, too. On which kernels the tests saw each kind work:
      [attach.md](attach.md). How one is added: [adding-a-hook.md](adding-a-hook.md).

      A place is written `[PROGRAM=]KIND:PLACE[,OPTION…]`. Without `PROGRAM=` it is for every program that the kind takes and whose section names no place. Numbers are decimal, or
      hexadecimal with `0x`. A comma in a name is written `\\,` (`xdp:odd\\,name,generic`).
      In Java each kind is a record of `org.ebpf4j.attach` (an `AttachPoint`), with the options as its parameters.

      """;

  private HookPage() {}

  static String text() {
    return HEAD
        + HookKind.all().stream()
            .map(HookPage::kind)
            .collect(Collectors.joining("\n"))
            .stripTrailing()
        + "\n";
  }

  private static String kind(HookKind kind) {
    var lines = new ArrayList<String>();
    lines.add("## " + kind.name());
    lines.add("");
    lines.add(sentence(kind.title()));
    lines.add("");
    if (kind.isAttachable()) {
      lines.add("- Place: `" + kind.name() + ":" + kind.form() + "`" + aliases(kind));
    }
    for (var option : kind.options()) {
      if (option.isListed()) {
        lines.add(
            "- Option `"
                + option.usage()
                + "`"
                + (option.aliases().isEmpty()
                    ? ""
                    : " (also "
                        + option.aliases().stream()
                            .map(a -> "`" + a + "`")
                            .collect(Collectors.joining(", "))
                        + ")")
                + ": "
                + option.description());
      }
    }
    lines.add(
        "- Sections: "
            + kind.sections().stream()
                .map(s -> "`" + s.usage(kind.form()) + "`")
                .distinct()
                .collect(Collectors.joining(", ")));
    lines.add(
        "- Programs: "
            + kind.programTypes().stream()
                .map(ProgramType::label)
                .collect(Collectors.joining(", ")));
    if (kind.isAttachable()) {
      lines.add("- Attached with: " + kind.mechanism());
      lines.add("- Example: `ebpf4j run FILE --attach " + kind.name() + ":" + kind.example() + "`");
    } else {
      lines.add(
          "- Not attached: "
              + (kind.note().isEmpty()
                  ? "such programs are loaded and pinned only"
                      + (kind.meanwhile().isEmpty() ? "" : "; " + kind.meanwhile())
                  : kind.note()));
    }
    lines.add("");
    return String.join("\n", lines);
  }

  private static String aliases(HookKind kind) {
    return kind.aliases().isEmpty()
        ? ""
        : "; also "
            + kind.aliases().stream().map(a -> "`" + a + ":`").collect(Collectors.joining(", "));
  }

  private static String sentence(String title) {
    return Character.toUpperCase(title.charAt(0)) + title.substring(1) + ".";
  }
}
