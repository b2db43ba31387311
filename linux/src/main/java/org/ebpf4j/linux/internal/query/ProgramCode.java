package org.ebpf4j.linux.internal.query;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.inspect.JitedProgram;
import org.ebpf4j.linux.inspect.TranslatedProgram;
import org.ebpf4j.linux.inspect.TranslatedProgram.Reference;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.host.SymbolNames;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.internal.sys.ProgramDump;
import org.ebpf4j.object.Bytes;

/// The code of a program that is alive, with the names of what it refers to.
public final class ProgramCode {
  private final String what;
  private final ProgramDump dump;
  private final Optional<Btf> types;

  private ProgramCode(String what, ProgramDump dump, Optional<Btf> types) {
    this.what = what;
    this.dump = dump;
    this.types = types;
  }

  private static ProgramCode of(int fd) {
    var info = ObjectInfo.program(fd);
    var what = "program '" + info.name() + "' (id " + Integer.toUnsignedString(info.id()) + ")";
    var dump = ProgramDump.of(fd);
    if (dump.errno() != 0) {
      throw KernelException.of(what, "OBJ_GET_INFO_BY_FD", dump.errno());
    }
    return new ProgramCode(what, dump, LoadedTypes.of(info.types().btfId()));
  }

  /// Its instructions as the kernel keeps them.
  ///
  /// @throws org.ebpf4j.error.PermissionException where the kernel does not give them to this
  ///   process
  public static TranslatedProgram translated(int fd) {
    return of(fd).translated();
  }

  /// Its machine code.
  ///
  /// @throws org.ebpf4j.error.PermissionException where the kernel does not give it to this process
  /// @throws BpfException where there is none, as the program is interpreted
  public static JitedProgram jited(int fd) {
    return of(fd).jited();
  }

  private TranslatedProgram translated() {
    var bytes = dump.translated();
    if (bytes == null) {
      throw HiddenAddresses.refusal(
          "the instructions of "
              + what
              + ", whose constants are blinded (net.core.bpf_jit_harden)");
    }
    if (bytes.length == 0) {
      throw Refusal.of(
          "the instructions of " + what,
          "OBJ_GET_INFO_BY_FD",
          Errno.EPERM,
          EnumSet.of(Capability.CAP_BPF));
    }
    var slots = Instructions.read(bytes, ByteOrder.nativeOrder()).toSlots();
    var functions = new ArrayList<>(functions());
    var references = references(slots, functions);
    for (int i = 0; i < slots.length; i++) {
      if (isSubprogramCall(slots[i])) {
        // Where there is machine code, the distance stands in the offset, and the number of the
        // function in its place.
        slots[i] = Slot.withOffset(Slot.withImm(slots[i], distance(slots[i])), 0);
      }
    }
    var hidden = HiddenAddresses.reason();
    return new TranslatedProgram(Instructions.of(slots), functions, lines(), references, hidden);
  }

  private static boolean isSubprogramCall(long slot) {
    return Slot.opcode(slot) == Opcode.CALL && Slot.src(slot) == Opcode.PSEUDO_CALL;
  }

  private static int distance(long slot) {
    return Slot.offset(slot) == 0 ? Slot.imm(slot) : Slot.offset(slot);
  }

  private List<TranslatedProgram.Function> functions() {
    var functions = new ArrayList<TranslatedProgram.Function>();
    types.ifPresent(btf -> {
      var text = new CDeclarations(btf);
      for (int i = 0; i + 1 < dump.functions().length; i += 2) {
        if (btf.type(dump.functions()[i + 1]) instanceof BtfType.Function function) {
          functions.add(
              new TranslatedProgram.Function(
                  dump.functions()[i],
                  function.name(),
                  text.declaration(function.prototype(), function.name()),
                  ""));
        }
      }
    });
    return functions;
  }

  private List<LineInfo> lines() {
    var lines = new ArrayList<LineInfo>();
    types.ifPresent(btf -> {
      for (int i = 0; i + 3 < dump.lines().length; i += 4) {
        lines.add(line(btf, Arrays.copyOfRange(dump.lines(), i, i + 4)));
      }
    });
    return lines;
  }

  private static LineInfo line(Btf btf, int[] words) {
    return new LineInfo(
        words[0],
        btf.string(Integer.toUnsignedLong(words[1])),
        btf.string(Integer.toUnsignedLong(words[2])),
        words[3] >>> 10,
        words[3] & 0x3ff,
        words[1],
        words[2]);
  }

  private Map<Integer, Reference> references(
      long[] slots, List<TranslatedProgram.Function> functions) {
    var names =
        functions.stream()
            .collect(
                Collectors.toMap(
                    TranslatedProgram.Function::slot,
                    TranslatedProgram.Function::name,
                    (first, _) -> first));
    var references = new HashMap<Integer, Reference>();
    var calls = new LinkedHashMap<Integer, Integer>();
    var symbols = new LinkedHashMap<Integer, Long>();
    var maps = new HashMap<Integer, String>();
    for (int i = 0; i < slots.length; i++) {
      var slot = slots[i];
      if (Slot.isWide(slot) && i + 1 < slots.length) {
        var high = Slot.imm(slots[i + 1]);
        switch (Slot.src(slot)) {
          case Opcode.PSEUDO_MAP_FD ->
              references.put(i, map(Reference.Kind.MAP, maps, Slot.imm(slot), 0));
          case Opcode.PSEUDO_MAP_VALUE ->
              references.put(i, map(Reference.Kind.MAP_VALUE, maps, Slot.imm(slot), high));
          case Opcode.PSEUDO_FUNC -> references.put(i, subprogram(names, i + 1 + Slot.imm(slot)));
          default -> symbols.put(i, (long) high << 32 | Integer.toUnsignedLong(Slot.imm(slot)));
        }
        i++;
      } else if (isSubprogramCall(slot)) {
        references.put(i, subprogram(names, i + 1 + distance(slot)));
      } else if (Slot.opcode(slot) == Opcode.CALL) {
        calls.put(i, Slot.imm(slot));
      }
    }
    nameSymbols(references, calls, symbols, functions);
    return references;
  }

  private static Reference subprogram(Map<Integer, String> names, int slot) {
    return new Reference(Reference.Kind.SUBPROGRAM, names.getOrDefault(slot, ""), slot, 0);
  }

  private static Reference map(
      Reference.Kind kind, Map<Integer, String> names, int id, int offset) {
    var name = names.computeIfAbsent(id, ProgramCode::mapName);
    return new Reference(kind, name, Integer.toUnsignedLong(id), offset);
  }

  private static String mapName(int id) {
    var opened = Bpf.openById(ObjectKind.MAP, id);
    if (!opened.ok()) {
      // The id is shown without it.
      return "";
    }
    try (var fd = opened.fd()) {
      return ObjectInfo.map(fd.number()).name();
    }
  }

  /// Calls are distances from a symbol of the kernel's; what is loaded may be an address.
  private void nameSymbols(
      Map<Integer, Reference> references,
      Map<Integer, Integer> calls,
      Map<Integer, Long> loads,
      List<TranslatedProgram.Function> functions) {
    loads.values().removeIf(address -> address >= 0);
    if (calls.isEmpty() && loads.isEmpty() && functions.size() < 2) {
      return;
    }
    var symbols = SymbolNames.read();
    var base = symbols.address("__bpf_call_base").orElse(0L);
    var addresses = new HashMap<Integer, Long>();
    calls.forEach((slot, distance) -> {
      if (base != 0 && distance != 0) {
        addresses.put(slot, base + distance);
      }
    });
    var wanted = new HashSet<>(addresses.values());
    wanted.addAll(loads.values());
    Arrays.stream(dump.addresses()).forEach(wanted::add);
    var names = symbols.names(wanted);
    for (int i = 0; i < Math.min(functions.size(), dump.addresses().length); i++) {
      var function = functions.get(i);
      functions.set(
          i,
          new TranslatedProgram.Function(
              function.slot(),
              function.name(),
              function.prototype(),
              names.getOrDefault(dump.addresses()[i], "")));
    }
    calls
        .keySet()
        .forEach(slot -> {
          var address = addresses.getOrDefault(slot, 0L);
          references.put(
              slot,
              new Reference(
                  Reference.Kind.KERNEL_FUNCTION, names.getOrDefault(address, ""), address, 0));
        });
    loads.forEach((slot, address) -> {
      var name = names.get(address);
      if (name != null) {
        references.put(slot, new Reference(Reference.Kind.KERNEL_SYMBOL, name, address, 0));
      }
    });
  }

  private JitedProgram jited() {
    var code = dump.jited();
    if (code == null) {
      throw HiddenAddresses.refusal("the machine code of " + what);
    }
    if (code.length == 0) {
      var translated = dump.translated();
      if (translated != null && translated.length == 0) {
        throw Refusal.of(
            "the machine code of " + what,
            "OBJ_GET_INFO_BY_FD",
            Errno.EPERM,
            EnumSet.of(Capability.CAP_BPF));
      }
      throw new BpfException(
          what
              + " has no machine code: it is interpreted\n  try: sysctl net.core.bpf_jit_enable=1,"
              + " and load it again");
    }
    var lengths = dump.lengths().length == 0 ? new int[] {code.length} : dump.lengths();
    var names = functions();
    var functions = new ArrayList<JitedProgram.Function>();
    var at = 0;
    for (int i = 0; i < lengths.length && at < code.length; i++) {
      var end = Math.min(code.length, at + lengths[i]);
      var address = i < dump.addresses().length ? dump.addresses()[i] : 0;
      functions.add(
          new JitedProgram.Function(
              i < names.size() ? names.get(i).name() : "",
              address,
              Bytes.of(Arrays.copyOfRange(code, at, end)),
              jitedLines(address, end - at)));
      at = end;
    }
    return new JitedProgram(functions);
  }

  private List<JitedProgram.Line> jitedLines(long start, int length) {
    var found = new ArrayList<JitedProgram.Line>();
    var lines = lines();
    for (int i = 0; start != 0 && i < Math.min(lines.size(), dump.jitedLines().length); i++) {
      var offset = dump.jitedLines()[i] - start;
      if (offset >= 0 && offset < length) {
        found.add(new JitedProgram.Line((int) offset, lines.get(i)));
      }
    }
    return found;
  }
}
