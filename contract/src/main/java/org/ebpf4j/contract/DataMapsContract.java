package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps of an object whose values hang on something, or are guarded by a lock.
@RequiresKernel(value = "5.16", because = "the object has a bloom filter")
public abstract class DataMapsContract {
  private Kernel kernel;
  private BpfObject object;

  record Mark(int left, int right) {}

  /// All but the lock, which is the kernel's.
  record Guarded(long first, long second) {}

  record Raw(int lock, int padding, long first, long second) {}

  /// The kernel whose maps are used.
  protected abstract Kernel open();

  @BeforeEach
  void load() {
    kernel = open();
    object = kernel.load(ObjectSpec.read("data_maps.bpf.o", TestObjects.bytes("data_maps")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  @Test
  void valuesHangOnProcesses() {
    var marks = object.map("tasks").storage(Mark.class);
    var me = ProcessHandle.current();
    assertThat(marks.lookup(me)).isEmpty();
    marks.update(me, new Mark(3, 4), Update.NO_EXIST);
    assertThat(marks.lookup(me)).contains(new Mark(3, 4));
    assertThat(marks.delete(me)).isTrue();
    assertThat(marks.delete(me)).isFalse();
    assertThatThrownBy(() -> marks.lookup(Path.of("/proc")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the values of map 'tasks' (task_storage) do not hang on files or cgroups");
  }

  @Test
  void aGuardedValueIsNeverSeenHalfWritten() throws Exception {
    var spec = object.map("guards");
    var values = spec.as(Integer.class, Guarded.class);
    // What is left out is the lock.
    assertThatThrownBy(() -> values.update(1, new Guarded(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lock");
    var words = spec.as(Codec.of(Integer.class), Codec.of(Raw.class));
    words.update(1, new Raw(0, 0, 0, 0));
    var guarded = words.locked();
    try (var executor = Executors.newSingleThreadExecutor()) {
      var writer =
          executor.submit(() -> {
            for (long i = 0; i < 20_000; i++) {
              guarded.update(1, new Raw(0, 0, i, i), Update.EXIST);
            }
          });
      while (!writer.isDone()) {
        var seen = guarded.lookup(1).orElseThrow();
        assertThat(seen.first()).isEqualTo(seen.second());
      }
      writer.get();
    }
    assertThat(values.lookup(1)).contains(new Guarded(19_999, 19_999));
  }
}
