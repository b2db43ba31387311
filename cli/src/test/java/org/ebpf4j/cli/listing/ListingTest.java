package org.ebpf4j.cli.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.ebpf4j.cli.listing.View.Use;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.NotFoundException;
import org.junit.jupiter.api.Test;

class ListingTest {
  private record Thing(int id, String name, String tag) {}

  private static final List<Thing> THINGS =
      List.of(
          new Thing(7, "seven", "0123456789abcdef"),
          new Thing(8, "eight\u001b[2J", "fedcba9876543210"),
          new Thing(9, "seven", "aaaaaaaaaaaaaaaa"));

  private static final View<Thing> VIEW =
      new View<Thing>((json, thing) -> json.put("id", thing.id()).put("name", thing.name()))
          .number("ID", Thing::id)
          .wide("NAME", Thing::name)
          .detail("TAG", Thing::tag);

  private static final Selection<Thing> SELECTION =
      new Selection<>("thing", Thing::id, Thing::name, Thing::tag, _ -> 8);

  private static String printed(Listing listing, List<Thing> things) {
    var text = new StringWriter();
    listing.print(new PrintWriter(text, true), VIEW, things);
    return text.toString();
  }

  private static Listing listing(String... options) {
    var listing = new Listing();
    new picocli.CommandLine(new Holder(listing)).parseArgs(options);
    return listing;
  }

  @picocli.CommandLine.Command
  private record Holder(@picocli.CommandLine.Mixin Listing listing) {}

  @Test
  void jsonHasOneShape() {
    assertThat(printed(listing("--json"), List.of())).isEqualTo("[]\n");
    assertThat(printed(listing("--json"), THINGS.subList(0, 1)))
        .isEqualTo("[{\"id\":7,\"name\":\"seven\"}]\n");
    assertThat(printed(listing("--json"), THINGS.subList(0, 2)))
        .isEqualTo(
            """
            [{"id":7,"name":"seven"},
             {"id":8,"name":"eight\\u001B[2J"}]
            """);
    assertThat(printed(listing("--jsonl"), THINGS.subList(0, 1)))
        .isEqualTo("{\"id\":7,\"name\":\"seven\"}\n");
    assertThat(printed(listing("--jsonl"), List.of())).isEmpty();
  }

  @Test
  void columnsAreChosenByName() {
    assertThat(printed(listing("--columns", "tag,id"), THINGS.subList(0, 1)))
        .isEqualTo("TAG               ID\n0123456789abcdef   7\n");
    assertThatThrownBy(() -> printed(listing("--columns", "nam"), THINGS))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("there is no column 'nam'; the columns are id, name, tag");
  }

  @Test
  void textOfOthersIsNoOrderToATerminal() {
    assertThat(printed(listing(), THINGS)).doesNotContain("\u001b").contains("eight");
  }

  @Test
  void aTableIsCutToTheTerminal() {
    var text = new StringWriter();
    new Table(List.of(Use.NUMBER, Use.CUT, Use.WHOLE), 24)
        .print(
            new PrintWriter(text, true),
            List.of(
                List.of("ID", "NAME", "TYPE"), List.of("1", "a_name_of_many_letters", "array")));
    assertThat(text.toString()).isEqualTo("ID  NAME           TYPE\n 1  a_name_of_ma…  array\n");
    assertThat(text.toString().lines()).allMatch(line -> line.length() <= 24);
  }

  @Test
  void wordsChooseByIdNameTagAndPin() {
    assertThat(SELECTION.of(List.of(), THINGS)).isEqualTo(THINGS);
    assertThat(SELECTION.of(List.of("7"), THINGS)).extracting(Thing::id).containsExactly(7);
    assertThat(SELECTION.of(List.of("id", "9"), THINGS)).extracting(Thing::id).containsExactly(9);
    assertThat(SELECTION.of(List.of("seven"), THINGS)).extracting(Thing::id).containsExactly(7, 9);
    assertThat(SELECTION.of(List.of("fedcba9876543210"), THINGS))
        .extracting(Thing::id)
        .containsExactly(8);
    assertThat(SELECTION.of(List.of("/sys/fs/bpf/x", "8"), THINGS))
        .extracting(Thing::id)
        .containsExactly(8);
  }

  @Test
  void wordsThatChooseNothingAreErrors() {
    assertThatThrownBy(() -> SELECTION.of(List.of("sevn"), THINGS))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("sevn")
        .hasMessageContaining("seven");
    assertThatThrownBy(() -> SELECTION.of(List.of("12"), THINGS))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> SELECTION.of(List.of("id"), THINGS))
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> SELECTION.of(List.of("id", "99999999999"), THINGS))
        .isInstanceOf(UsageException.class);
  }
}
