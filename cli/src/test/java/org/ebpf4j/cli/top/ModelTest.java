package org.ebpf4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What keys change of what `top` shows.
class ModelTest {
  private static Model model() {
    var model = new Model(Order.CPU, "", false, Integer.MAX_VALUE);
    model.add(Samples.sample(1));
    return model;
  }

  private static void type(Model model, String keys) {
    keys.chars().forEach(c -> model.press(Key.of((char) c)));
  }

  private static List<Integer> ids(Model model) {
    return model.programs().stream().map(r -> r.program().id()).toList();
  }

  @Test
  void sortsByEachColumnInBothDirections() {
    var model = model();
    assertThat(ids(model)).containsExactly(8, 7, 9);
    type(model, "r");
    assertThat(ids(model)).containsExactly(9, 7, 8);
    type(model, "rs");
    assertThat(model.order()).isEqualTo(Order.RUNS);
    assertThat(ids(model)).containsExactly(8, 7, 9);
    type(model, "s");
    assertThat(ids(model)).as("by time").containsExactly(9, 7, 8);
    type(model, "s");
    assertThat(ids(model)).as("by misses").containsExactly(8, 7, 9);
    type(model, "s");
    assertThat(ids(model)).as("by id").containsExactly(7, 8, 9);
    type(model, "s");
    assertThat(ids(model)).as("by name").containsExactly(7, 9, 8);
    type(model, "s");
    assertThat(model.order()).isEqualTo(Order.CPU);
  }

  @Test
  void showsProgramsThatDoNotRunOnDemand() {
    var model = model();
    type(model, "a");
    assertThat(ids(model)).containsExactly(8, 7, 9, 4_000_000);
  }

  @Test
  void whatRanLatelyStays() {
    var model = model();
    model.add(Samples.sample(0));
    assertThat(ids(model)).contains(7);
  }

  @Test
  void theSelectionStaysOnItsProgram() {
    var model = model();
    model.press(Key.of(Key.Type.DOWN));
    assertThat(model.selectedProgram().orElseThrow().program().id()).isEqualTo(7);
    type(model, "r");
    model.add(Samples.sample(2));
    assertThat(model.selectedProgram().orElseThrow().program().id()).isEqualTo(7);
    model.add(new Sample(List.of(), List.of()));
    assertThat(model.selectedProgram()).isEmpty();
    assertThat(model.press(Key.of(Key.Type.ENTER))).isEqualTo(Model.Wish.NONE);
  }

  @Test
  void aPauseKeepsWhatIsShown() {
    var model = model();
    type(model, "p");
    model.add(new Sample(List.of(), List.of()));
    assertThat(ids(model)).hasSize(3);
    type(model, " ");
    model.add(new Sample(List.of(), List.of()));
    assertThat(ids(model)).isEmpty();
  }

  @Test
  void aFilterTakesEachKeyAsText() {
    var model = model();
    type(model, "/qa");
    assertThat(model.filter()).isEqualTo("qa");
    model.press(Key.of(Key.Type.BACKSPACE));
    model.press(Key.of(Key.Type.BACKSPACE));
    model.press(Key.of(Key.Type.BACKSPACE));
    type(model, "EXEC");
    assertThat(ids(model)).containsExactly(7);
    model.press(Key.of(Key.Type.ENTER));
    assertThat(model.isTyping()).isFalse();
    assertThat(ids(model)).containsExactly(7);
    model.press(Key.of(Key.Type.ESCAPE));
    assertThat(ids(model)).hasSize(3);
  }

  @Test
  void keysAskForWhatIsDoneElsewhere() {
    var model = model();
    assertThat(model.press(Key.of('m'))).isEqualTo(Model.Wish.SAMPLE);
    assertThat(model.page()).isEqualTo(Model.Page.MAPS);
    assertThat(model.press(Key.of(Key.Type.ENTER))).isEqualTo(Model.Wish.NONE);
    assertThat(model.press(Key.of(Key.Type.TAB))).isEqualTo(Model.Wish.NONE);
    assertThat(model.press(Key.of(Key.Type.ENTER))).isEqualTo(Model.Wish.DETAILS);
    model.showDetails(List.of("a", "b"));
    model.press(Key.of(Key.Type.END));
    assertThat(model.scroll()).isEqualTo(1);
    type(model, "h");
    assertThat(model.page()).isEqualTo(Model.Page.HELP);
    type(model, "x");
    assertThat(model.page()).isEqualTo(Model.Page.DETAILS);
    model.press(Key.of(Key.Type.ESCAPE));
    assertThat(model.page()).isEqualTo(Model.Page.PROGRAMS);
    assertThat(model.press(Key.of('q'))).isEqualTo(Model.Wish.QUIT);
  }

  @Test
  void keysAreReadFromWhatATerminalSends() throws IOException {
    assertThat(keys("q\r\t\u007f\u0001é"))
        .containsExactly(
            Key.of('q'),
            Key.of(Key.Type.ENTER),
            Key.of(Key.Type.TAB),
            Key.of(Key.Type.BACKSPACE),
            Key.of(Key.Type.OTHER),
            Key.of('é'));
    assertThat(keys("\u001b[A\u001bOB\u001b[5~\u001b[6~\u001b[H\u001b[4~\u001b[1;5Cx\u001bx\u001b"))
        .containsExactly(
            Key.of(Key.Type.UP),
            Key.of(Key.Type.DOWN),
            Key.of(Key.Type.PAGE_UP),
            Key.of(Key.Type.PAGE_DOWN),
            Key.of(Key.Type.HOME),
            Key.of(Key.Type.END),
            Key.of(Key.Type.OTHER),
            Key.of('x'),
            Key.of(Key.Type.OTHER),
            Key.of(Key.Type.ESCAPE));
    assertThat(keys("\u001b[" + "1".repeat(100))).hasSizeGreaterThan(1);
  }

  private static List<Key> keys(String sent) throws IOException {
    var next = sent.codePoints().iterator();
    var keys = new Keys(_ -> next.hasNext() ? next.nextInt() : Keys.EXPIRED);
    var read = new ArrayList<Key>();
    for (var key = keys.next(0); key.isPresent(); key = keys.next(0)) {
      read.add(key.orElseThrow());
    }
    assertThat(keys.isClosed()).isFalse();
    return read;
  }

  @Test
  void aTerminalThatIsGoneIsSeen() throws IOException {
    var keys = new Keys(_ -> Keys.CLOSED);
    assertThat(keys.next(0)).isEmpty();
    assertThat(keys.isClosed()).isTrue();
  }
}
