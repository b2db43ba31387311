package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// `ebpf4j prog|map|btf list` and `show`.
@KernelTest
class InspectTest {
  @Test
  void showsAProgramThatIsAlive() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")))) {
      var program = object.program("count_exec");
      var list = Cli.run("prog", "list");
      assertThat(list.out().lines().filter(l -> l.contains("count_exec")))
          .anySatisfy(line ->
              assertThat(line)
                  .contains(String.valueOf(program.id()))
                  .contains("tracepoint")
                  .contains(program.info().tag()));

      var shown = Cli.run("prog", "show", program.id());
      assertThat(shown.status()).isZero();
      assertThat(shown.out()).containsPattern("gpl +compatible").containsPattern("memory +[0-9]+");

      var json = Cli.run("prog", "show", program.id(), "--json").out();
      assertThat(json)
          .startsWith("[{\"id\":" + program.id() + ",\"type\":\"tracepoint\"")
          .endsWith("}]\n");
      assertThat(Cli.run("prog", "show", "tag", program.info().tag(), "--jsonl").out())
          .contains("\"id\":" + program.id() + ",");
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void showsAMapByIdNameAndPin() {
    var pin = Path.of("/sys/fs/bpf/ebpf4j-inspect-" + ProcessHandle.current().pid());
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("shown_map", MapType.HASH, 4, 8, 100))) {
      map.pin(pin);
      try {
        for (var word : new String[] {String.valueOf(map.id()), "shown_map", pin.toString()}) {
          var json = Cli.run("map", "show", word, "--json");
          assertThat(json.out())
              .contains(
                  "\"id\":"
                      + map.id()
                      + ",\"type\":\"hash\",\"type_number\":1,\"name\":\"shown_map\","
                      + "\"key_size\":4,\"value_size\":8,\"max_entries\":100");
        }
        assertThat(map.info().use().frozen()).isFalse();
        map.freeze();
        assertThat(map.info().use().frozen()).isTrue();
        assertThat(map.info().use().lockedBytes().orElse(0)).isGreaterThan(800);
      } finally {
        kernel.unpin(pin);
      }
    }
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (var kind : new String[] {"prog", "map"}) {
      var shown = Cli.run(kind, "show", "no_such_name");
      assertThat(shown.status()).isEqualTo(ExitStatus.NOT_FOUND);
      assertThat(shown.err()).contains("'no_such_name'");
      assertThat(shown.out()).isEmpty();
    }
    var json = Cli.run("prog", "show", "no_such_name", "--json");
    assertThat(json.out()).isEmpty();
    assertThat(json.err()).startsWith("{\"error\":").contains("\"status\":3}");
  }

  @Test
  @RequiresKernel(value = "5.11", because = "types have names since then")
  void listsTheTypesOfTheKernel() {
    assertThat(Cli.run("btf", "list").out()).containsPattern("[0-9]+ +vmlinux +kernel +[0-9]+");
  }

  @Test
  @Requires(Facility.BPFFS)
  void saysWhereTheyArePinned() {
    var pin = Path.of("/sys/fs/bpf/ebpf4j-pins-" + ProcessHandle.current().pid());
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("pinned_map", MapType.HASH, 4, 8, 100))) {
      map.pin(pin);
      try {
        assertThat(Cli.run("map", "show", map.id(), "--pins").out())
            .containsPattern("pins +" + pin);
        assertThat(Cli.run("map", "list", "--pins", "--jsonl").out())
            .contains("\"pins\":[\"" + pin + "\"]");
        assertThat(Cli.run("prog", "list", "--pins", "--json").out())
            .doesNotContain(pin.toString());
      } finally {
        kernel.unpin(pin);
      }
      assertThat(Cli.run("map", "show", map.id(), "--pins").out()).doesNotContain(pin.toString());
    }
  }

  @Test
  void typesNameWhoUsesThem() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")))) {
      var program = object.program("count_exec");
      assertThat(Cli.run("btf", "list", program.info().types().btfId(), "--json").out())
          .contains("\"prog_ids\":[" + program.id())
          .contains("\"map_ids\":[");
    }
  }

  @Test
  void processesThatHoldAnObjectAreNamed() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var link = object.program("count_exec").attach()) {
      var pid = ProcessHandle.current().pid();
      var holder = "[{\"pid\":" + pid + ",\"command\":\"";
      for (var words :
          List.of(
              List.<Object>of("prog", "show", object.program("count_exec").id()),
              List.<Object>of("map", "show", object.maps().getFirst().id()),
              List.<Object>of("link", "show", link.ids().getFirst()))) {
        assertThat(Cli.run(words.toArray()).out())
            .as("%s", words)
            .containsPattern("(?m)^processes +\\S.*\\[" + pid + "\\]$");
        var json = new java.util.ArrayList<>(words);
        json.add("--json");
        assertThat(Cli.run(json.toArray()).out()).contains("\"processes\":" + holder);
      }
      assertThat(Cli.run("map", "list", "--columns", "id,processes").out())
          .containsPattern("(?m)^ *" + object.maps().getFirst().id() + " +.*\\[" + pid + "\\]");
      assertThat(Cli.run("map", "list", "--json").out()).doesNotContain("processes");
    }
  }
}
