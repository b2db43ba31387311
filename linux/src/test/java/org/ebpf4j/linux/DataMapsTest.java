package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.stream.LongStream;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps of an object, with its types: storage, guarded values, one for each CPU.
@KernelTest
@RequiresKernel(value = "5.16", because = "the object has a bloom filter")
class DataMapsTest {
  private final LinuxKernel kernel = LinuxKernel.open();
  private LinuxObject object;

  record Mark(int left, int right) {}

  record Left(int left) {}

  record Wide(int left, int middle) {}

  @BeforeEach
  void load() {
    object = kernel.load(Run.spec("data_maps"));
  }

  @AfterEach
  void close() {
    object.close();
  }

  @Test
  void valuesHangOnSockets() throws Exception {
    var marks = object.map("sockets").storage(Mark.class);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var socket = kernel.listen(address);
        var other = kernel.listen(address)) {
      marks.update(socket.fd(), new Mark(1, 2), Update.ANY);
      assertThat(marks.lookup(socket.fd())).contains(new Mark(1, 2));
      assertThat(marks.lookup(other.fd())).isEmpty();
      assertThat(marks.delete(socket.fd())).isTrue();
    }
    assertThat(catchThrowableOfType(KernelException.class, () -> marks.lookup(1_000_000)).errno())
        .isEqualTo(Errno.EBADF);
  }

  @Test
  void everyCpuCountsForItself() {
    var marks = object.map("marks").perCpu(Integer.class, Mark.class);
    for (int i = 0; i < 500; i++) {
      Run.onPacket(object, "count");
    }
    var all = marks.lookup(0).orElseThrow();
    assertThat(all.values()).hasSize(Cpus.possible());
    assertThat(all.values().stream().mapToInt(Mark::left).sum()).isEqualTo(500);
    for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
      if (all.get(cpu).left() > 0) {
        assertThat(all.get(cpu).right()).isEqualTo(cpu);
      }
    }
    assertThat(marks.entries().toMap().get(0)).isEqualTo(all);
    marks.update(0, new PerCpu<>(all.values().stream().map(m -> new Mark(0, 9)).toList()));
    assertThat(marks.lookup(0).orElseThrow().reduce((a, b) -> a)).isEqualTo(new Mark(0, 9));
  }

  @Test
  void aFilterTellsWhatItMayContain() {
    var filter = object.map("filter").queue(Long.class);
    LongStream.range(0, 100).forEach(i -> assertThat(filter.push(i * 7919)).isTrue());
    assertThat(LongStream.range(0, 100).allMatch(i -> filter.mayContain(i * 7919))).isTrue();
    var wrong = LongStream.range(1_000_000, 1_001_000).filter(filter::mayContain).count();
    assertThat(wrong).isLessThan(500);
  }

  @Test
  void aRecordThatDoesNotFitIsRefusedWithBothLayouts() {
    var tasks = object.map("marks");
    assertThatThrownBy(() -> tasks.perCpu(Integer.class, Wide.class))
        .isInstanceOf(LayoutMismatchException.class)
        .hasMessageContaining("struct mark")
        .hasMessageContaining("middle");
    var partly = tasks.perCpu(Integer.class, Left.class);
    assertThat(partly.lookup(0).orElseThrow().get(0)).isEqualTo(new Left(0));
    assertThatThrownBy(
            () -> partly.update(0, new PerCpu<>(partly.lookup(0).orElseThrow().values())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("right");
  }

  @Test
  void theTypesOfAMapThatIsOpenedAreTheKernels() {
    try (var marks = kernel.openMap(object.map("marks").id())) {
      assertThatThrownBy(() -> marks.perCpu(Integer.class, Wide.class))
          .isInstanceOf(LayoutMismatchException.class);
      assertThat(marks.perCpu(Integer.class, Mark.class).lookup(0)).isPresent();
    }
  }

  @Test
  void whatIsInUseByAThreadIsNotClosedByIt() {
    var map = object.map("guards");
    var codec = new Closing(map);
    var view = map.as(codec, Codec.bytes(24));
    assertThatThrownBy(() -> view.lookup(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed by a thread that is using it");
    assertThat(map.lookup(Words.u32(1))).isEmpty();
    assertThat(new ArrayList<>(object.maps())).contains(map);
    assertThat(catchThrowableOfType(BpfException.class, () -> object.map("other"))).isNotNull();
  }

  /// Closes the map when a key is written.
  private record Closing(LinuxMap map) implements Codec<Integer> {
    @Override
    public int size() {
      return 4;
    }

    @Override
    public Integer read(MemorySegment memory, long offset) {
      return 0;
    }

    @Override
    public void write(MemorySegment memory, long offset, Integer value) {
      map.close();
    }
  }
}
