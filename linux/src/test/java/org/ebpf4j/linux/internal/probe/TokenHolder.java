package org.ebpf4j.linux.internal.probe;

import java.io.IOException;
import java.nio.ByteOrder;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.internal.host.Token;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.linux.internal.sys.TestCalls;
import org.ebpf4j.load.KernelFeature;

/// A process in a user namespace, which may do nothing with BPF by itself. It begins to make a
/// bpffs, waits until somebody with privileges has set what it delegates, and uses that. What comes
/// of it goes to standard output: error numbers, 0 for success.
final class TokenHolder {
  private TokenHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (var filesystem = TestCalls.openFilesystem("bpf")) {
      System.out.println("filesystem=" + filesystem.number());
      if (System.in.read() < 0) {
        System.exit(3);
      }
      System.out.println("alone=" + act(0));
      try (var root = TestCalls.mount(filesystem);
          var token = Token.open("/proc/self/fd/" + root.number()).orElseThrow()) {
        System.out.println("with_token=" + act(token.number()));
        var features = KernelFeatures.ofToken(token.number());
        for (var feature : KernelFeature.values()) {
          System.out.println("feature " + feature + "=" + features.has(feature));
        }
      }
    }
  }

  private static String act(int token) {
    var map = Bpf.mapCreate(MapCreate.of(1, 4, 4, 1, "token_map").withToken(token));
    var code =
        Instructions.assemble(
            new Instruction.Move(Width.W64, Register.R0, new Immediate(2)), new Instruction.Exit());
    var load =
        ProgramLoad.of(
                ProgramType.XDP.number(), code.toBytes(ByteOrder.nativeOrder()), "GPL", "token_x")
            .withToken(token);
    var program = Bpf.progLoad(load, 0, 0).result();
    return map.errno() + "," + program.errno();
  }
}
