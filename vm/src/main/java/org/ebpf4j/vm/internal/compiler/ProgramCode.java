package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Compiled;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Sites;

/// The class of a program: a method for each of its functions.
final class ProgramCode {
  private static final int FRAME = 3;

  /// HotSpot compiles no method of so many bytes (`HugeMethodLimit`).
  private static final int HUGE = 8_000;

  private static final int LEAST = 500;

  private final int most;
  private final Code code;
  private final Memory memory;
  private final Regions regions;
  private final Transfer transfer;
  private final Constants constants = new Constants();
  private final Sites sites;
  private final Map<Sites.Site, Integer> numbers = new HashMap<>();
  private final SortedSet<Integer> functions;

  /// @param most how many bytes a method is meant to have at most
  private ProgramCode(Code code, Memory memory, int most) {
    this.most = most;
    this.code = code;
    this.memory = memory;
    this.regions = new Regions(code, memory);
    this.transfer = new Transfer(code, regions, code.distrusted(), Slots.NONE);
    this.sites = new Sites(code, regions.addresses());
    this.functions = Flow.functions(code, memory);
  }

  Code code() {
    return code;
  }

  Memory memory() {
    return memory;
  }

  Regions regions() {
    return regions;
  }

  Constants constants() {
    return constants;
  }

  Sites sites() {
    return sites;
  }

  /// The number of a site.
  int site(Sites.Site site) {
    return numbers.computeIfAbsent(site, sites::add);
  }

  /// A class of a program, and what it is given.
  @SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
  record Made(byte[] bytes, List<Object> constants) {}

  /// Makes the class of a program, of methods that HotSpot compiles.
  static Made make(Code code, Memory memory) {
    int most = Part.MOST;
    while (true) {
      var program = new ProgramCode(code, memory, most);
      var bytes = program.bytes();
      if (most <= LEAST || largest(bytes) < HUGE) {
        return new Made(bytes, program.constants.objects());
      }
      most /= 2;
    }
  }

  /// The bytes of the largest method of a class.
  static int largest(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .flatMap(method -> method.findAttribute(Attributes.code()).stream())
        .mapToInt(CodeAttribute::codeLength)
        .max()
        .orElse(0);
  }

  private byte[] bytes() {
    var resolver =
        ClassHierarchyResolver.ofClassLoading(Compiled.class.getClassLoader())
            .orElse(ClassHierarchyResolver.defaultResolver());
    return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver))
        .build(Names.SELF, this::define);
  }

  private void define(ClassBuilder c) {
    c.withSuperclass(Names.COMPILED);
    c.withFlags(AccessFlag.FINAL, AccessFlag.SUPER);
    c.withMethodBody(
        INIT_NAME,
        Names.CONSTRUCTOR,
        ClassFile.ACC_PUBLIC,
        b ->
            b.aload(0)
                .aload(1)
                .invokespecial(Names.COMPILED, INIT_NAME, Names.CONSTRUCTOR)
                .return_());
    c.withMethodBody(
        "has",
        Names.HAS,
        ClassFile.ACC_PROTECTED,
        b -> select(b, 1, _ -> b.iconst_1().ireturn(), () -> b.iconst_0().ireturn()));
    c.withMethodBody("execute", Names.EXECUTE, ClassFile.ACC_PROTECTED, this::execute);
    var flows = new TreeMap<Integer, Flow>();
    functions.forEach(function -> flows.put(function, Flow.of(code, function)));
    boolean strangers = flows.values().stream().anyMatch(flow -> Slots.escapes(code, flow));
    flows.forEach((start, flow) -> {
      var function = FunctionFacts.of(code, start, flow, transfer, strangers, most);
      boolean whole = function.parts().size() == 1;
      c.withMethodBody(
          Names.function(start),
          Names.FUNCTION,
          ClassFile.ACC_STATIC,
          b -> {
            if (whole) {
              MethodCode.write(this, function, b);
            } else {
              Passing.writeCaller(function, MethodCode.ROUNDS, b);
            }
          });
      if (!whole) {
        for (var part : function.parts()) {
          c.withMethodBody(
              Names.part(start, part.number()),
              Names.PART,
              ClassFile.ACC_STATIC,
              b -> MethodCode.writePart(this, function, part, b));
        }
      }
    });
  }

  private void execute(CodeBuilder b) {
    Consumer<Integer> call =
        function -> {
          b.aload(1);
          for (int i = 0; i < Names.FUNCTION.parameterCount() - 1; i++) {
            b.lload(FRAME + 2 * i);
          }
          b.invokestatic(Names.SELF, Names.function(function), Names.FUNCTION).lreturn();
        };
    select(b, 2, call, () -> b.aconst_null().checkcast(Names.EXCEPTION).athrow());
  }

  /// Does something for the function whose number is in a local variable.
  private void select(CodeBuilder b, int variable, Consumer<Integer> found, Runnable none) {
    if (functions.size() == 1) {
      var other = b.newLabel();
      b.iload(variable).ifne(other);
      found.accept(0);
      b.labelBinding(other);
      none.run();
      return;
    }
    var otherwise = b.newLabel();
    List<SwitchCase> cases = functions.stream().map(f -> SwitchCase.of(f, b.newLabel())).toList();
    b.iload(variable).lookupswitch(otherwise, cases);
    for (var one : cases) {
      b.labelBinding(one.target());
      found.accept(one.caseValue());
    }
    b.labelBinding(otherwise);
    none.run();
  }
}
