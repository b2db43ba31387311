package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.linux.Refused.refused;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.Step;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// What a user is told when a place to attach or pin to is not there, and that nothing of it is
/// left in the kernel.
@KernelTest
class LoadErrorsPlaceTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  // Attaching to what is not there.

  @Test
  @Requires(Facility.TRACEFS)
  void offersTracepointsNearUnknownOne() {
    var failure = attachRefused("bad_pair", new Tracepoint("task", "task_renam"));
    assertThat(failure).hasMessageStartingWith("no tracepoint 'task/task_renam'; near it: ");
    assertThat(failure.nearest()).contains("task/task_rename");
    assertThat(attachRefused("bad_pair", new Tracepoint("taks", "task_rename")).nearest())
        .contains("task/task_rename");
  }

  @Test
  @Requires(Facility.TRACEFS)
  void offersRawTracepointsNearUnknownOne() {
    var failure = attachRefused("life_watch", new RawTracepoint("task_renam"));
    assertThat(failure).hasMessageStartingWith("no raw tracepoint 'task_renam'; near it: ");
    assertThat(failure.nearest()).contains("task_rename");
  }

  private NotFoundException attachRefused(String name, org.ebpf4j.attach.AttachPoint point) {
    try (var object = kernel.load(spec(name))) {
      return refused(
          NotFoundException.class, () -> object.programs().getFirst().attach(point).close());
    }
  }

  @Test
  @Requires(Facility.KPROBES)
  void offersKernelFunctionsNearUnknownOne() {
    try (var object = kernel.load(returning("bad_kprobe", ProgramType.KPROBE))) {
      var failure =
          refused(
              NotFoundException.class,
              () -> object.program("bad_kprobe").attach(new Kprobe("schedule_timeoutt")).close());
      assertThat(failure)
          .hasMessageStartingWith("no kernel function 'schedule_timeoutt'; near it: ")
          .hasMessageContaining("or a function that /proc/kallsyms lists");
      assertThat(failure.nearest()).contains("schedule_timeout");
    }
  }

  @Test
  void listsNetworkDevicesWhereThereIsNoSuchOne() {
    try (var object = kernel.load(returning("bad_xdp", ProgramType.XDP))) {
      var failure =
          refused(
              NotFoundException.class,
              () -> object.program("bad_xdp").attach(Xdp.on("loo")).close());
      assertThat(failure)
          .hasMessageStartingWith("no network device 'loo'; near it: ")
          .hasMessageContaining("network namespace");
      assertThat(failure.nearest()).contains("lo");
    }
  }

  private static ObjectSpec returning(String name, ProgramType type) {
    var code =
        Instructions.assemble(
            new Instruction.Move(Width.W64, Register.R0, new Immediate(0)), new Instruction.Exit());
    return ObjectSpec.readInstructions(name, code.toBytes(ByteOrder.nativeOrder()), type);
  }

  @Test
  @Requires(Facility.TRACEFS)
  void detachesFirstProgramWhenSecondCannotBeAttached() {
    try (var object = kernel.load(spec("bad_pair"))) {
      var hits = object.map("bad_hits");
      Renames.watch(hits);
      var failure = refused(NotFoundException.class, () -> object.attachAll().close());
      assertThat(failure).hasMessageStartingWith("no tracepoint 'task/task_renamed'; near it: ");
      assertThat(failure.nearest()).contains("task/task_rename");
      Renames.expectNotCounted(hits);
      try (var _ = object.program("bad_pair_first").attach()) {
        Renames.expectCounted(hits);
      }
    }
  }

  // Pins.

  @Test
  @Requires(Facility.BPFFS)
  void saysWhatIsAtThePathOfPinAlready() {
    try (var pins = ScratchPins.create();
        var object = kernel.load(spec("life_watch"));
        var link = object.program("life_watch").attach()) {
      object.program("life_watch").pin(pins.at("program"));
      object.map("life_hits").pin(pins.at("map"));
      link.pin(pins.at("link"));
      var programId = object.program("life_watch").id();
      expectTaken(pins.at("program"), "a program (id " + programId + ") is there already");
      expectTaken(pins.at("map"), "a map (id " + object.map("life_hits").id() + ")");
      expectTaken(pins.at("link"), "a link (id " + link.info().getFirst().id() + ")");
      expectTaken(pins.directory(), "a directory is there already");
    }
  }

  private void expectTaken(Path path, String occupant) {
    var failure = pinRefused(KernelException.class, path);
    assertThat(failure.errno()).isEqualTo(Errno.EEXIST);
    assertThat(failure)
        .hasMessageStartingWith("map 'bad_pinned' cannot be pinned at " + path + ": " + occupant)
        .hasMessageEndingWith("\n  try: unpin that first, or choose another path");
  }

  private <E extends BpfException> E pinRefused(Class<E> type, Path path) {
    return refused(
        type,
        () -> {
          try (var map = kernel.createMap(MapSpec.of("bad_pinned", MapType.HASH, 4, 8, 1))) {
            map.pin(path);
          }
        });
  }

  @Test
  @Requires(Facility.BPFFS)
  void namesBpffsToPinOutsideOfOne() throws IOException {
    var directory = Files.createTempDirectory("ebpf4j-life");
    try {
      assertThat(pinRefused(BpfException.class, directory.resolve("it")))
          .hasMessageStartingWith(directory.resolve("it") + " is not on a bpffs")
          .hasMessageContaining("try: /sys/fs/bpf/it");
      assertThat(directory).isEmptyDirectory();
      assertThat(pinRefused(BpfException.class, Path.of("/")))
          .hasMessageStartingWith("/ is not on a bpffs");
    } finally {
      Files.delete(directory);
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void namesDirectoryThatIsMissingForPin() {
    try (var pins = ScratchPins.create()) {
      var path = pins.at("none").resolve("it");
      assertThat(pinRefused(KernelException.class, path))
          .hasMessage(
              "map 'bad_pinned' cannot be pinned at "
                  + path
                  + ": there is no directory "
                  + pins.at("none")
                  + "\n  try: mkdir -p "
                  + pins.at("none"));
      assertThat(pins.at("none")).doesNotExist();
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void refusesNameOfPinWithDot() {
    try (var pins = ScratchPins.create()) {
      assertThat(pinRefused(BpfException.class, pins.at("it.map")))
          .hasMessage(
              pins.at("it.map")
                  + " cannot be a pin: names in a bpffs have no dots\n  try: "
                  + pins.at("it_map"));
      assertThat(pins.directory()).isEmptyDirectory();
    }
  }

  /// Whoever watches the steps may fail when told that a program is attached.
  @Test
  void leavesProgramDetachedWhenWatcherOfStepsFails() {
    var watched =
        LinuxKernel.open(step -> {
          if (step.action() == Step.Action.ATTACH) {
            throw new BpfException("enough");
          }
        });
    var links = kernel.linkIds();
    try (var object =
        watched.load(ObjectSpec.read(TestObjects.example("sections/raw_tracepoint.bpf.o")))) {
      assertThat(refused(BpfException.class, () -> object.attachAll().close()))
          .hasMessage("enough");
    }
    assertThat(links).containsAll(kernel.linkIds());
  }
}
