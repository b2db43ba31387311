package org.ebpf4j.linux;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ebpf4j.BpfMap;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;

/// What a test has another JVM do. The first argument says what; what came of it goes to standard
/// output.
final class ChildMain {
  private ChildMain() {}

  public static void main(String[] arguments) throws IOException {
    var kernel = LinuxKernel.open();
    if (arguments[0].equals("hold")) {
      hold(kernel, arguments.length > 1 ? Path.of(arguments[1]) : null);
      return;
    }
    try {
      System.out.println("done: " + act(kernel, arguments));
    } catch (RuntimeException e) {
      System.out.println(
          "refused: "
              + e.getClass().getSimpleName()
              + ": "
              + String.valueOf(e.getMessage()).replace("\n", "\\n"));
    }
    // What is mounted when all is over.
    Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
        .forEach(l -> System.out.println("mount " + l));
  }

  private static String act(LinuxKernel kernel, String... arguments) {
    return switch (arguments[0]) {
      case "map" -> {
        try (var map = kernel.createMap(MapSpec.of("life_child", MapType.HASH, 4, 8, 1))) {
          yield map.info().name();
        }
      }
      case "load" -> {
        try (var object = kernel.load(spec(arguments[1]))) {
          yield object.programs().getFirst().info().name();
        }
      }
      case "attach" -> {
        try (var object = kernel.load(spec(arguments[1]));
            var _ = object.attachAll()) {
          var hits = object.map("life_hits");
          Renames.watch(hits);
          Renames.cause();
          yield "hits " + Renames.count(hits);
        }
      }
      case "xdp" -> {
        var instructions =
            Instructions.assemble(
                new Instruction.Move(Width.W64, Register.R0, new Immediate(2)),
                new Instruction.Exit());
        var bytes = instructions.toBytes(java.nio.ByteOrder.nativeOrder());
        try (var object =
            kernel.load(ObjectSpec.readInstructions("life_xdp", bytes, ProgramType.XDP))) {
          yield object.name();
        }
      }
      case "pin" -> {
        try (var map = kernel.createMap(MapSpec.of("life_child", MapType.HASH, 4, 8, 1))) {
          map.pin(Path.of(arguments[1]));
          Files.delete(Path.of(arguments[1]));
          yield "pinned";
        } catch (IOException e) {
          yield e.toString();
        }
      }
      case "open" -> {
        try (var map = kernel.openMap(Integer.parseInt(arguments[1]))) {
          yield map.name();
        }
      }
      case "read" -> {
        try (var map = kernel.openMap(Integer.parseInt(arguments[1]));
            var ring = map.ringBuffer()) {
          System.out.println("ready");
          while (true) {
            ring.poll(
                Duration.ofSeconds(1),
                record ->
                    System.out.println("event " + record.get(ValueLayout.JAVA_LONG, 0) + ";"));
          }
        }
      }
      case "ids" -> kernel.programIds().toString();
      case "pipe" -> {
        try (var pipe = kernel.tracePipe()) {
          yield "pipe " + pipe.poll(Duration.ZERO).isPresent();
        }
      }
      case "print" -> {
        try (var pipe = kernel.tracePipe();
            var object = kernel.load(spec("life_print"));
            var _ = object.attachAll()) {
          var me = Words.u32((int) ProcessHandle.current().pid());
          object.map("life_tokens").update(me, Words.u64(1), BpfMap.Update.ANY);
          for (int i = 0; i < 10; i++) {
            Renames.cause();
            if (pipe.poll(Duration.ofSeconds(1)).isPresent()) {
              yield "printed in " + pipe.path();
            }
          }
          yield "nothing";
        }
      }
      default -> throw new IllegalArgumentException(List.of(arguments).toString());
    };
  }

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  /// Holds a program, its map and its link; where a directory is given, also those of a second
  /// object that are pinned there, and a pinned map and a pinned program. Then waits, and ends
  /// without closing any of them.
  private static void hold(LinuxKernel kernel, @org.jspecify.annotations.Nullable Path pins)
      throws IOException {
    report("held", kernel.load(spec("life_watch")), null);
    if (pins != null) {
      report("attached", kernel.load(spec("life_watch")), pins.resolve("link"));
      var program = kernel.load(spec("life_watch")).program("life_watch");
      program.pin(pins.resolve("program"));
      var map = kernel.createMap(MapSpec.of("life_alone", MapType.HASH, 4, 8, 1));
      map.pin(pins.resolve("map"));
      System.out.println("pinned program=" + program.id() + " map=" + map.id());
    }
    System.out.println("ready");
    if (System.in.read() < 0) {
      System.exit(3);
    }
  }

  private static void report(
      String what, LinuxObject object, @org.jspecify.annotations.Nullable Path pin) {
    var program = object.program("life_watch");
    var link = program.attach();
    if (pin != null) {
      link.pin(pin);
    }
    System.out.println(
        what
            + " program="
            + program.id()
            + " map="
            + object.map("life_hits").id()
            + " link="
            + link.info().getFirst().id());
  }
}
