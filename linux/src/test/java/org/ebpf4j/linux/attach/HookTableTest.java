package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Place;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.attach.Hooks;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of hooks beside the mechanisms that there are, and what attaching sees before it asks
/// the kernel.
@KernelTest
class HookTableTest {
  private record Named(String name) implements Handle {}

  private record Anything(Optional<AttachType> attachType) implements Place.Surroundings {
    @Override
    public Handle map(String name) {
      return new Named(name);
    }

    @Override
    public Handle program(String name) {
      return new Named(name);
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      return new Named("socket");
    }
  }

  static List<HookKind> places() {
    return HookKind.all().stream().filter(HookKind::isPlace).toList();
  }

  /// With a descriptor that is none, so that nothing is attached.
  @ParameterizedTest
  @MethodSource("places")
  void theTableSaysWhatCanBeAttached(HookKind kind) {
    var point = kind.parse(kind.example()).in(new Anything(Optional.empty()));
    var failure =
        catchThrowable(() ->
            Hooks.attach(
                    new Attaching(
                        "attaching",
                        -1,
                        Optional.empty(),
                        Optional.empty(),
                        _ -> OptionalInt.empty(),
                        _ -> -1,
                        _ -> {}),
                    point)
                .close());

    if (kind.isAttachable()) {
      assertThat(failure).isInstanceOf(BpfException.class).hasMessageNotContaining("cannot attach");
    } else {
      assertThat(failure)
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageStartingWith("attaching: cannot attach " + kind.name() + " yet");
    }
  }

  @Test
  void aProgramOfAnotherTypeIsRefusedBeforeTheKernelIsAsked() {
    refuses(ProgramType.XDP, new Tracepoint("sched", "sched_switch"), "xdp:DEVICE");
    refuses(ProgramType.KPROBE, Xdp.on("lo"), "kprobe:[MODULE:]SYMBOL[+OFFSET][,cookie=N]");
    refuses(ProgramType.TRACEPOINT, new Kprobe("schedule"), "tracepoint:CATEGORY/NAME");
    refuses(ProgramType.XDP, new SocketFilter(new Named("s")), "xdp:DEVICE");
    refuses(ProgramType.SCHED_CLS, Xdp.on("lo"), "tcx:DEVICE[,ingress|,egress");
  }

  private static void refuses(ProgramType type, AttachPoint point, String home) {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(returning("wrong", type))) {
      var program = object.program("wrong");
      assertThatThrownBy(() -> program.attach(point).close())
          .isInstanceOf(WrongHookException.class)
          .hasMessageContaining("attaching 'wrong' to " + point.describe())
          .hasMessageContaining(type.label() + " program")
          .hasMessageContaining(home);
      try (var opened = kernel.openProgram(program.id())) {
        assertThatThrownBy(() -> opened.attach(point).close())
            .isInstanceOf(WrongHookException.class);
      }
    }
  }

  @Test
  void aProgramWithoutAPlaceSaysWhereItGoes() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(returning("probe", ProgramType.KPROBE))) {
      var program = object.program("probe");
      assertThatThrownBy(() -> program.attach(new Fentry("schedule")).close())
          .isInstanceOf(WrongHookException.class);
      assertThatThrownBy(program::attach)
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("kprobe programs go to kprobe:[MODULE:]SYMBOL[+OFFSET]");
    }
  }

  private static ObjectSpec returning(String name, ProgramType type) {
    var code =
        Instructions.assemble(
            new Instruction.Move(Width.W64, Register.R0, new Immediate(0)), new Instruction.Exit());
    return ObjectSpec.readInstructions(name, code.toBytes(ByteOrder.nativeOrder()), type);
  }
}
