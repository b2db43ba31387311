package org.ebpf4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the screen of `top` shows for samples that are given, held against committed text
/// (`-Debpf4j.golden=write` writes it anew): a line of the screen on each, after a sign for its
/// look.
class ScreenTest {
  private static final int ROWS = 10;

  private static final Path GOLDEN =
      TestObjects.example("hello")
          .resolve("../../cli/src/test/resources/org/ebpf4j/cli/top")
          .normalize();

  private static Model model() {
    var model = new Model(Order.CPU, "", false, Integer.MAX_VALUE);
    for (int step = 1; step <= 12; step++) {
      model.add(Samples.sample(step % 5));
    }
    return model;
  }

  private static Model press(Model model, Object... keys) {
    for (var key : keys) {
      if (key instanceof String text) {
        text.chars().forEach(c -> model.press(Key.of((char) c)));
      } else {
        model.press(Key.of((Key.Type) key));
      }
    }
    return model;
  }

  private static String text(List<Screen.Line> lines) {
    return lines.stream()
        .map(line -> (sign(line.look()) + line.text()).stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String sign(Screen.Look look) {
    return switch (look) {
      case PLAIN -> " ";
      case TITLE -> "*";
      case HEADER -> "#";
      case SELECTED -> ">";
    };
  }

  private static void check(String name, Model model, int columns, int rows) throws IOException {
    var lines = new Screen(columns, rows).draw(model);
    assertThat(lines).hasSize(rows);
    for (var line : lines) {
      assertThat(line.text().codePointCount(0, line.text().length())).isLessThanOrEqualTo(columns);
      assertThat(line.text().codePoints()).noneMatch(c -> Character.isISOControl(c) || c == 0x202e);
    }
    var file = GOLDEN.resolve(name + ".txt");
    var text = text(lines);
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 120})
  void programs(int columns) throws IOException {
    check("programs-" + columns, model(), columns, ROWS);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 120})
  void maps(int columns) throws IOException {
    check("maps-" + columns, press(model(), "m"), columns, ROWS);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 120})
  void details(int columns) throws IOException {
    var model = model();
    assertThat(model.press(Key.of(Key.Type.DOWN))).isEqualTo(Model.Wish.NONE);
    assertThat(model.press(Key.of(Key.Type.ENTER))).isEqualTo(Model.Wish.DETAILS);
    model.showDetails(
        List.of("type      tracepoint", "", "prog 7: refcount 1", "  fd 3 of a\u001b[2J[1]"));
    check("details-" + columns, model, columns, ROWS);
  }

  @Test
  void help() throws IOException {
    check("help-80", press(model(), "h"), 80, 24);
  }

  @Test
  void aFilterIsTyped() throws IOException {
    check("filter-80", press(model(), "/COUNTX", Key.Type.BACKSPACE), 80, ROWS);
  }

  @Test
  void allPrograms() throws IOException {
    check("all-80", press(model(), "a", Key.Type.END, "p"), 80, ROWS);
  }

  @Test
  void beforeTheFirstSample() throws IOException {
    check("counting-80", new Model(Order.CPU, "", false, Integer.MAX_VALUE), 80, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 40, 60, 72, 100, 300})
  void aScreenOfAnySizeIsFilled(int columns) {
    for (int rows = 1; rows < 30; rows++) {
      for (var model :
          List.of(model(), press(model(), "m"), press(model(), "h"), press(model(), "/x"))) {
        var lines = new Screen(columns, rows).draw(model);
        assertThat(lines).hasSize(rows);
        assertThat(lines).allMatch(l -> l.text().codePointCount(0, l.text().length()) <= columns);
      }
    }
  }

  @Test
  void thePageFollowsTheSelection() {
    var model = press(model(), "a", Key.Type.END);
    var lines = new Screen(80, 5).draw(model);
    assertThat(lines).filteredOn(l -> l.look() == Screen.Look.SELECTED).hasSize(1);
  }
}
