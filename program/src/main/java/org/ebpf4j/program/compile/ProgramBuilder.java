package org.ebpf4j.program.compile;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.CoreRelocation;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.object.CoreSite;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.ExternReference;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.OwnedRelocation;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;
import org.ebpf4j.program.Kfunc;
import org.ebpf4j.program.internal.emit.Code;
import org.ebpf4j.program.internal.emit.Reference;
import org.ebpf4j.program.internal.front.StructTypes;
import org.ebpf4j.program.internal.ir.Function;

/// Puts the functions of a program behind each other, with what the kernel and the loader want to
/// know of them.
final class ProgramBuilder {
  private final BtfBuilder btf;
  private final StructTypes types;
  private final Sources sources;
  private final List<OwnedRelocation> relocations;
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<MapReference> maps = new ArrayList<>();
  private final List<LineInfo> lines = new ArrayList<>();
  private final List<FunctionInfo> functions = new ArrayList<>();
  private final List<Subprogram> subprograms = new ArrayList<>();
  private final List<Extern> externs;
  private final List<ExternReference> kernelCalls = new ArrayList<>();
  private final List<CoreSite> sites = new ArrayList<>();
  private final Map<Function, Integer> starts = new LinkedHashMap<>();

  /// @param relocations those of the object so far, to which those of the program are added
  /// @param externs the functions of the kernel that the object calls so far, as above
  ProgramBuilder(
      BtfBuilder btf,
      StructTypes types,
      Sources sources,
      List<OwnedRelocation> relocations,
      List<Extern> externs) {
    this.btf = btf;
    this.types = types;
    this.sources = sources;
    this.relocations = relocations;
    this.externs = externs;
  }

  ProgramSpec build(String name, String section, Map<Function, Code> codes) {
    int slot = 0;
    for (var entry : codes.entrySet()) {
      starts.put(entry.getKey(), slot);
      slot += entry.getValue().slots();
    }
    codes.forEach((function, code) -> add(function, code, section));
    return ProgramSpec.builder(name, Instructions.assemble(instructions))
        .ofSection(section)
        .subprograms(subprograms)
        .mapReferences(maps)
        .functions(functions)
        .lines(lines)
        .coreRelocations(sites)
        .externReferences(kernelCalls)
        .build();
  }

  private int start(Function function) {
    var start = starts.get(function);
    if (start == null) {
      throw new IllegalStateException("a call of " + function.name + ", which is not there");
    }
    return start;
  }

  private void add(Function function, Code code, String section) {
    var start = start(function);
    subprograms.add(new Subprogram(function.name, start));
    functions.add(new FunctionInfo(start, type(function)));
    int slot = start;
    int last = 0;
    for (var emitted : code.instructions()) {
      var instruction = emitted.instruction();
      switch (emitted.reference()) {
        case Reference.None _ -> {
          // Only registers.
        }
        case Reference.ToMap(var map, var value, var offset) ->
            maps.add(new MapReference(slot, map, value, offset));
        case Reference.ToFunction(var callee) -> {
          var distance = start(callee) - slot - 1;
          instruction =
              instruction instanceof Instruction.LoadImmediate64 load
                  ? new Instruction.LoadImmediate64(
                      load.dst(), load.pseudo(), distance & 0xffff_ffffL)
                  : new Instruction.Call.Subprogram(distance);
        }
        case Reference.ToKernel(var member, var kind) -> {
          var access = types.access(member);
          sites.add(new CoreSite(slot, relocations.size()));
          relocations.add(
              new OwnedRelocation(
                  new CoreRelocation(slot - start, types.kernelType(member), access, kind),
                  section,
                  function.name,
                  function.role == Function.Role.PROGRAM));
        }
        case Reference.ToKfunc(var kfunc, var method) ->
            kernelCalls.add(new ExternReference(slot, extern(kfunc, method)));
      }
      var line = emitted.line() > 0 ? emitted.line() : slot == start ? firstLine(code) : 0;
      if (line > 0 && line != last) {
        lines.add(
            LineInfo.of(btf, slot, function.file, sources.line(function.file, line), line, 1));
        last = line;
      }
      instructions.add(instruction);
      slot += instruction.slots();
    }
  }

  /// The number of a function of the kernel.
  private int extern(String name, Method method) {
    for (int i = 0; i < externs.size(); i++) {
      if (externs.get(i).name().equals(name)) {
        return i;
      }
    }
    var declared = method.getAnnotation(Kfunc.class);
    var gives = declared != null && !declared.value().equals(name);
    externs.add(
        new Extern.Function(
            name, false, gives ? types.releasingFunction(method) : types.kernelFunction(method)));
    return externs.size() - 1;
  }

  private static int firstLine(Code code) {
    return code.instructions().stream()
        .mapToInt(Code.Emitted::line)
        .filter(l -> l > 0)
        .findFirst()
        .orElse(1);
  }

  private int type(Function function) {
    var parameters = new ArrayList<BtfType.Parameter>();
    if (function.role == Function.Role.PROGRAM) {
      parameters.add(new BtfType.Parameter("ctx", types.voidPointer()));
    } else {
      int number = 0;
      for (var parameter : function.parameters) {
        parameters.add(
            new BtfType.Parameter(
                "a" + number++,
                parameter.isPrimitive() ? types.of(parameter) : types.pointer(parameter)));
      }
    }
    var result =
        function.result.isPrimitive() || function.result == void.class
            ? types.of(function.result)
            : types.pointer(function.result);
    var prototype = btf.add(new BtfType.Prototype(result, parameters));
    var global = function.role == Function.Role.PROGRAM;
    return btf.add(new BtfType.Function(function.name, prototype, global ? 1 : 0));
  }
}
