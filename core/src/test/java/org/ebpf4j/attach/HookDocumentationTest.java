package org.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The table of hooks in the README and the page of their kinds are made of the table of hooks.
/// `-Debpf4j.golden=write` writes them anew.
class HookDocumentationTest {
  private static final String START = "| section | `--attach` | attached with |\n|---|---|---|\n";

  private static String table() {
    var text = new StringBuilder(START);
    for (var kind : HookKind.all()) {
      if (kind.isAttachable()) {
        text.append("| ")
            .append(sections(kind))
            .append(" | `")
            .append(kind.usage().replace("|", "\\|"))
            .append("` | ")
            .append(kind.mechanism())
            .append(" |\n");
      }
    }
    text.append("\nLoaded, and not attached yet: ")
        .append(
            HookKind.all().stream()
                .filter(k -> !k.isAttachable() && k.note().isEmpty())
                .map(k -> "`" + k.name() + "`")
                .collect(Collectors.joining(", ")))
        .append(".\n\n");
    for (var kind : HookKind.all()) {
      if (!kind.note().isEmpty()) {
        text.append("- `").append(kind.name()).append("`: ").append(kind.note()).append("\n");
      }
    }
    return text.toString();
  }

  /// The names without their variants for programs that sleep and the like; those with a second
  /// part under their first.
  private static String sections(HookKind kind) {
    var names = new LinkedHashSet<String>();
    var plain = kind.form();
    for (var section : kind.sections()) {
      var name = section.name().replaceFirst("\\.(s|w|frags)$", "");
      var slash = name.indexOf('/');
      if (section.open()) {
        names.add("`" + name + "/" + plain + "`");
      } else {
        names.add("`" + (slash < 0 ? name : name.substring(0, slash) + "/…") + "`");
      }
    }
    return String.join(", ", names);
  }

  @Test
  void theReadmeHasTheTable() throws IOException {
    var file = TestObjects.example("hello").resolve("../../README.md").normalize();
    var readme = Files.readString(file);
    var start = readme.indexOf(START);
    assertThat(start).isNotNegative();
    var end = readme.indexOf("\nWhat libbpf loads", start);

    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      write(file, readme.substring(0, start) + table() + readme.substring(end));
      return;
    }
    assertThat(readme.substring(start, end)).isEqualTo(table());
  }

  @Test
  void thePageHasEveryKind() throws IOException {
    var file = TestObjects.example("hello").resolve("../../docs/hooks.md").normalize();

    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      write(file, HookPage.text());
    }
    assertThat(Files.readString(file)).isEqualTo(HookPage.text());
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }
}
