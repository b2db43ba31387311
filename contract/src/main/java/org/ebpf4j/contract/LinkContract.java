package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.contract.Values.errno;
import static org.ebpf4j.contract.Values.u32;
import static org.ebpf4j.contract.Values.u64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RawMap;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How long programs stay attached, as seen by what they count.
public abstract class LinkContract {
  private static final byte[] ME = u32((int) ProcessHandle.current().pid());

  private Kernel kernel;

  /// The kernel whose programs are attached.
  protected abstract Kernel open();

  /// A path at which something can be pinned, and nothing is.
  protected abstract Path pin(String name);

  /// Has the raw tracepoint `task_rename` be reached by a thread of this process.
  protected abstract void reach(Kernel reached);

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private BpfObject load() {
    var object = kernel.load(ObjectSpec.read("life_watch.bpf.o", TestObjects.bytes("life_watch")));
    object.map("life_hits").update(ME, u64(0));
    return object;
  }

  private static long count(RawMap hits) {
    return ByteBuffer.wrap(hits.lookup(ME).orElseThrow()).order(ByteOrder.nativeOrder()).getLong();
  }

  private boolean isCounted(RawMap hits) {
    var before = count(hits);
    reach(kernel);
    return count(hits) > before;
  }

  @Test
  @SuppressWarnings("try") // What is closed early is what the test is about.
  void aProgramWorksWhileItsLinkIsOpen() {
    try (var object = load();
        var hits = object.map("life_hits").duplicate()) {
      var link = object.program("life_watch").attach();
      assertThat(link.attachPoint()).contains(new RawTracepoint("task_rename"));
      assertThat(link.isAttached()).isTrue();
      object.close();
      assertThat(isCounted(hits)).isTrue();
      link.close();
      assertThat(isCounted(hits)).isFalse();
      assertThat(link.isOpen()).isFalse();
      link.close();
      assertThatThrownBy(link::ids).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aProgramIsAttachedAgain() {
    try (var object = load()) {
      var hits = object.map("life_hits");
      for (int i = 0; i < 2; i++) {
        try (var _ = object.program("life_watch").attach()) {
          assertThat(isCounted(hits)).isTrue();
        }
        assertThat(isCounted(hits)).isFalse();
      }
    }
  }

  @Test
  @SuppressWarnings("try") // What is closed early is what the test is about.
  void aPinnedLinkKeepsTheProgramAtWork() {
    var path = pin("link");
    try (var object = load();
        var hits = object.map("life_hits").duplicate()) {
      int id;
      try (var link = object.program("life_watch").attach()) {
        id = link.ids().getFirst();
        link.pin(path);
      }
      object.close();
      assertThat(isCounted(hits)).isTrue();
      assertThat(kernel.linkIds()).contains(id);
      try (var link = kernel.openLink(path)) {
        assertThat(link.ids()).containsExactly(id);
        kernel.unpin(path);
        assertThat(isCounted(hits)).isTrue();
      }
      assertThat(isCounted(hits)).isFalse();
      assertThat(errno(() -> kernel.openLink(path).close())).isEqualTo(Errno.ENOENT);
    }
  }
}
