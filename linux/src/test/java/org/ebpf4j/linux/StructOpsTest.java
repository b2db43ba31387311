package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Structs of functions that the kernel calls: congestion controls, which it lists while they are
/// there. No connection uses them.
@KernelTest
class StructOpsTest {
  private static final ObjectSpec SPEC = Run.spec("load_struct_ops");

  private final LinuxKernel kernel = LinuxKernel.open();

  private static List<String> available() {
    try {
      return List.of(
          Files.readString(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control"))
              .strip()
              .split(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void expectGone(String name) {
    Alive.eventually(name + " is gone", () -> !available().contains(name));
  }

  private static List<String> names(LinuxObject object) {
    return object.programs().stream().map(LinuxProgram::name).toList();
  }

  @Test
  @EffectOf("struct_ops")
  void worksWhileItIsRegistered() {
    try (var object = kernel.load(SPEC)) {
      assertThat(available()).doesNotContain("ebpf4j_once");
      try (var link = object.register("at_once")) {
        assertThat(link.isOpen()).isTrue();
        assertThat(available()).contains("ebpf4j_once");
      }
      expectGone("ebpf4j_once");
    }
  }

  /// The kernel's struct has more members than the object's, which are zero; and a flavour has
  /// members that the kernel's lacks, which are left out as they are zero.
  @Test
  void membersThatTheKernelLacksAreLeftOutWhereTheyAreZero() {
    try (var object = kernel.load(SPEC);
        var link = object.register("with_more")) {
      assertThat(link.isOpen()).isTrue();
      assertThat(available()).contains("ebpf4j_more");
      assertThat(object.map("with_more").info().types().kernelValueType()).isPositive();
    }
    expectGone("ebpf4j_more");
  }

  @Test
  void refusesMemberThatTheKernelLacks() {
    var spec = SPEC.withMap("impossible", m -> m.withCreate(true));
    assertThat(catchThrowableOfType(RelocationException.class, () -> kernel.load(spec).close()))
        .hasMessageContaining("map 'impossible' (struct tcp_congestion_ops)")
        .hasMessageContaining("'no_such_number'");
  }

  @Test
  void mapsThatAreNotAskedForAreNotCreatedNorTheirProgramsLoaded() {
    try (var object = kernel.load(SPEC)) {
      assertThat(object.maps())
          .extracting(LinuxMap::name)
          .contains("at_once", "with_more")
          .doesNotContain("when_asked", "impossible");
      assertThat(names(object)).containsExactly("ssthresh", "cong_avoid", "undo_cwnd");
    }
    try (var object = kernel.load(SPEC.withMap("when_asked", m -> m.withCreate(true)));
        var link = object.register("when_asked")) {
      assertThat(link.isOpen()).isTrue();
      assertThat(names(object)).contains("undo_asked");
      assertThat(available()).contains("ebpf4j_asked");
    }
    expectGone("ebpf4j_asked");
  }

  @Test
  void programsOfMapsThatAreNotCreatedAreNotLoaded() {
    var spec =
        SPEC.withMap("at_once", m -> m.withCreate(false))
            .withMap("with_more", m -> m.withCreate(false));
    try (var object = kernel.load(spec)) {
      assertThat(object.programs()).isEmpty();
    }
  }

  @Test
  void refusesToRegisterWhatHoldsNoFunctions() {
    try (var object = kernel.load(Run.spec("load_legacy"))) {
      assertThat(catchThrowableOfType(BpfException.class, () -> object.register("names")))
          .hasMessageContaining("map 'names' holds no functions");
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "links of struct_ops")
  void worksWhileItsLinkIsOpen() {
    try (var object = kernel.load(Run.spec("load_struct_ops_link"))) {
      assertThat(available()).doesNotContain("ebpf4j_link");
      try (var link = object.register("linked")) {
        assertThat(link.info())
            .singleElement()
            .isInstanceOfSatisfying(
                LinkInfo.StructOps.class,
                info -> {
                  assertThat(info.map()).isEqualTo(object.map("linked").id());
                  assertThat(info.mapName()).isEqualTo("linked");
                  assertThat(info.programId()).isZero();
                });
        assertThat(available()).contains("ebpf4j_link");
      }
      expectGone("ebpf4j_link");
      // The map can go to work again.
      try (var link = object.register("linked")) {
        assertThat(link.isOpen()).isTrue();
        assertThat(available()).contains("ebpf4j_link").doesNotContain("ebpf4j_asked");
      }
      expectGone("ebpf4j_link");
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "links of struct_ops")
  void attachAllRegistersItsMaps() {
    try (var object = kernel.load(Run.spec("load_struct_ops_link"))) {
      try (var links = object.attachAll()) {
        assertThat(links.links()).hasSize(1);
        assertThat(available()).contains("ebpf4j_link");
      }
      expectGone("ebpf4j_link");
    }
  }

  /// Another object of the same file has a struct of the same name.
  @Test
  @RequiresKernel(value = "6.4", because = "links of struct_ops")
  void otherFunctionsTakeTheirPlace() {
    try (var first = kernel.load(Run.spec("load_struct_ops_link"));
        var second = kernel.load(Run.spec("load_struct_ops_link"));
        var link = first.register("linked")) {
      assertThat(mapOf(link)).isEqualTo(first.map("linked").id());
      second.register("linked", link);
      assertThat(mapOf(link)).isEqualTo(second.map("linked").id());
      assertThat(available()).contains("ebpf4j_link");
    }
    expectGone("ebpf4j_link");
  }

  /// The id of the map behind a link: `struct_ops.map_id` of `struct bpf_link_info`.
  private static int mapOf(LinuxLink link) {
    try (var opened = Bpf.openById(ObjectKind.LINK, link.ids().getFirst()).fd()) {
      var info = new byte[24];
      assertThat(Bpf.info(opened.number(), info, 0, 0, new int[0])).isZero();
      return ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(16);
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "links of struct_ops")
  void functionsOfAnotherNameDoNotTakeTheirPlace() {
    var spec =
        Run.spec("load_struct_ops_link").withMap("linked_when_asked", m -> m.withCreate(true));
    try (var object = kernel.load(spec);
        var link = object.register("linked")) {
      assertThat(
              catchThrowableOfType(
                  KernelException.class, () -> object.register("linked_when_asked", link)))
          .hasMessageContaining("whose names are the same");
      assertThat(available()).contains("ebpf4j_link").doesNotContain("ebpf4j_asked");
    }
  }

  @Test
  void functionsWithoutALinkAreNotExchanged() {
    try (var object = kernel.load(SPEC);
        var link = object.register("at_once")) {
      assertThat(catchThrowableOfType(BpfException.class, () -> object.register("with_more", link)))
          .hasMessageContaining("no link of struct_ops");
    }
  }
}
