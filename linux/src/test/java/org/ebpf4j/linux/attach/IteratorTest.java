package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfMap;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.KernelIterator.Order;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "5.8", because = "iterators")
class IteratorTest {
  private static final int PID = (int) ProcessHandle.current().pid();

  private static LoadedObject load(String program) {
    return LoadedObject.of("attach/iterators", program);
  }

  private static void put(LoadedObject object, int key, long value) {
    object
        .object()
        .map("numbers")
        .update(
            LoadedObject.u32(key),
            ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array(),
            BpfMap.Update.ANY);
  }

  @Test
  @EffectOf("iter")
  void tasksAreReadAsLinesAndAsBytes() throws IOException {
    try (var object = load("tasks")) {
      LinuxLink ended;
      try (var link = object.program("tasks").attach()) {
        ended = link;
        assertThat(link.attachPoint()).contains(new KernelIterator("task"));
        assertThat(link.info()).singleElement().matches(i -> i.typeLabel().equals("iter"));
        assertThat(link.lines()).contains(PID + " " + PID).hasSizeGreaterThan(1);
        assertThat(link.lines()).as("read anew").contains(PID + " " + PID);
        try (var stream = link.read()) {
          assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
              .contains("\n" + PID + " " + PID + "\n");
          assertThat(stream.read()).isEqualTo(-1);
        }
      }
      assertThatThrownBy(ended::lines).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  @SuppressWarnings("try") // what a closed stream says is looked at
  void aStreamLivesOnWhenItsLinkIsClosed() throws IOException {
    try (var object = load("tasks")) {
      var link = object.program("tasks").attach();
      try (var stream = link.read()) {
        link.close();
        assertThat(stream.readAllBytes()).isNotEmpty();
        stream.close();
        assertThatThrownBy(stream::read)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("closed");
      } finally {
        link.close();
      }
    }
  }

  @Test
  @RequiresKernel(value = "6.1", because = "iterators over some tasks")
  void oneProcessOrThreadIsReadAlone() throws Exception {
    try (var object = load("tasks")) {
      var program = object.program("tasks");
      try (var link = program.attach(new KernelIterator("task").ofProcess(PID))) {
        assertThat(link.lines())
            .hasSizeGreaterThan(1)
            .contains(PID + " " + PID)
            .allMatch(l -> l.startsWith(PID + " "));
      }
      try (var link = program.attach(new KernelIterator("task").ofThread(PID))) {
        assertThat(link.lines()).containsExactly(PID + " " + PID);
      }
    }
  }

  @Test
  void aKernelThatGoesOverAllTasksOnlySaysSo() {
    try (var object = load("tasks");
        var link = object.program("tasks").attach(new KernelIterator("task").ofThread(PID))) {
      assertThat(link.lines()).hasSize(1);
    } catch (UnsupportedFeatureException e) {
      assertThat(e.since()).contains("6.1");
    }
  }

  @Test
  void elementsOfAMapAreRead() {
    try (var object = load("elements")) {
      put(object, 3, 33);
      put(object, 4, 44);
      var program = object.program("elements");
      var map = object.object().map("numbers");
      try (var link = program.attach(new KernelIterator("bpf_map_elem").over(map))) {
        assertThat(link.lines()).containsExactlyInAnyOrder("3 is 33", "4 is 44");
        put(object, 5, 55);
        assertThat(link.lines()).hasSize(3);
      }
      assertThatThrownBy(() -> program.attach().close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("elements of a map")
          .hasMessageContaining("iter:bpf_map_elem,map=MAP");
    }
  }

  private static List<String> ids(LoadedObject object, Optional<Path> cgroup, Order order) {
    var all = new KernelIterator("cgroup");
    var point = cgroup.map(c -> all.over(c, order)).orElse(all);
    try (var link = object.program("cgroups").attach(point)) {
      return link.lines();
    }
  }

  @Test
  @Requires(Facility.CGROUP2)
  @RequiresKernel(value = "6.1", because = "iterators over cgroups")
  void cgroupsAreReadInTheirOrder() throws Exception {
    try (var object = load("cgroups");
        var cgroup = TestCgroup.create()) {
      var below = Files.createDirectory(cgroup.path().resolve("below"));
      try {
        var upper = inode(cgroup.path());
        var lower = inode(below);
        var place = Optional.of(cgroup.path());
        assertThat(ids(object, place, Order.DESCENDANTS_PRE)).containsExactly(upper, lower);
        assertThat(ids(object, place, Order.DESCENDANTS_POST)).containsExactly(lower, upper);
        assertThat(ids(object, place, Order.SELF_ONLY)).containsExactly(upper);
        assertThat(ids(object, Optional.of(below), Order.ANCESTORS_UP)).startsWith(lower, upper);
        assertThat(ids(object, Optional.empty(), Order.DESCENDANTS_PRE)).contains(upper, lower);
      } finally {
        Files.delete(below);
      }
    }
  }

  private static String inode(Path directory) throws IOException {
    return Files.getAttribute(directory, "unix:ino").toString();
  }

  @Test
  void whatIsNoIteratorIsNotRead() {
    try (var object = LoadedObject.of("attach_tracing", "system_calls");
        var link = object.program("system_calls").attach(new RawTracepoint("sys_enter"))) {
      assertThatThrownBy(link::read)
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("no link of an iterator");
    }
  }
}
