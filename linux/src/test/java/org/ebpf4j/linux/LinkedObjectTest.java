package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.linker.ObjectLinker;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// What is linked loads, and the kernel sees in it what it sees in what bpftool links.
@KernelTest
@RequiresKernel(value = "5.13", because = "bpf_for_each_map_elem")
class LinkedObjectTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  private static ObjectLinker.Input input(String name) {
    return new ObjectLinker.Input(name + ".bpf.o", Bytes.of(TestObjects.bytes(name)));
  }

  private static byte[] linked() {
    var inputs = List.of(input("link_first"), input("link_second"));
    return ObjectLinker.link("linked.bpf.o", inputs);
  }

  /// The kernel's hash of the instructions of each program.
  private Map<String, String> tags(byte[] bytes) {
    var tags = new TreeMap<String, String>();
    try (var object = kernel.load(ObjectSpec.read("linked.bpf.o", bytes))) {
      for (var program : object.programs()) {
        tags.put(program.name(), program.info().tag());
      }
    }
    return tags;
  }

  @Test
  void loadsTheSameProgramsAsWhatBpftoolLinks() {
    var tags = tags(linked());
    assertThat(tags).containsOnlyKeys("first", "second", "other");
    // The first time, bpftool leaves places of variables in BTF as they were before; a second
    // linking sets them, and only then does libbpf open the file.
    var again = ObjectLinker.link("again.bpf.o", List.of(input("link_by_bpftool")));
    assertThat(tags).isEqualTo(tags(again));
  }

  @Test
  void bothObjectsHaveTheSameMaps() {
    try (var object = kernel.load(ObjectSpec.read("linked.bpf.o", linked()))) {
      var first = object.program("first").info().mapIds();
      var second = object.program("second").info().mapIds();
      for (var name : List.of("points", ".data", ".rodata", ".bss")) {
        assertThat(first).contains(object.map(name).id());
        assertThat(second).contains(object.map(name).id());
      }
      assertThat(first).contains(object.map("counts").id());
    }
  }
}
