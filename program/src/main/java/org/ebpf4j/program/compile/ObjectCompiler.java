package org.ebpf4j.program.compile;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.OwnedRelocation;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.ebpf4j.program.License;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Target;
import org.ebpf4j.program.internal.emit.Code;
import org.ebpf4j.program.internal.emit.Generator;
import org.ebpf4j.program.internal.emit.Reference;
import org.ebpf4j.program.internal.front.Classes;
import org.ebpf4j.program.internal.front.Statics;
import org.ebpf4j.program.internal.front.StructTypes;
import org.ebpf4j.program.internal.front.Unit;
import org.ebpf4j.program.internal.ir.Features;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.optimize.Optimizer;

/// Compiles classes to one object.
final class ObjectCompiler {
  private static final String NEWEST = "6.12";

  private final List<Class<?>> classes;
  private final Sources sources;
  private final ByteOrder order = ByteOrder.nativeOrder();
  private final BtfBuilder btf = BtfBuilder.empty(order);
  private final Statics statics = new Statics(order);
  private final List<OwnedRelocation> relocations = new ArrayList<>();
  private final List<Extern> externs = new ArrayList<>();

  ObjectCompiler(List<Class<?>> classes, Sources sources) {
    this.classes = classes;
    this.sources = sources;
  }

  static boolean hasPrograms(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(m -> m.isAnnotationPresent(Section.class));
  }

  ObjectSpec compile() {
    if (classes.isEmpty()) {
      throw new RefusedProgramException("", 0, "no class with a program", "@Section on a method");
    }
    var first = classes.getFirst();
    var builder =
        ObjectSpec.builder(first.getSimpleName().toLowerCase(Locale.ROOT))
            .order(order)
            .license(license(first));
    try {
      StructTypes types = null;
      var programs = new ArrayList<ProgramSpec>();
      for (var type : classes) {
        var files = new Classes(type.getClassLoader());
        var unit = new Unit(files, statics, features(type));
        unit.license(license(first));
        types = types == null ? unit.types(btf) : types;
        programs.addAll(programs(type, files, unit, types));
      }
      programs.forEach(builder::program);
      if (types != null) {
        var maps = new MapBuilder(types);
        statics.maps().forEach(m -> builder.map(maps.build(m)));
        section(".rodata", types).ifPresent(builder::map);
        section(".data", types).ifPresent(builder::map);
      }
      return builder.types(btf.build()).relocations(relocations).externs(externs).build();
    } catch (Refusal refusal) {
      throw new RefusedProgramException(
          refusal.file().isEmpty() ? first.getSimpleName() + ".java" : refusal.file(),
          refusal.line(),
          refusal.what(),
          refusal.instead());
    }
  }

  private static String license(Class<?> type) {
    var license = type.getAnnotation(License.class);
    return license == null ? "GPL" : license.value();
  }

  private static Features features(Class<?> type) {
    var target = type.getAnnotation(Target.class);
    return Features.of(target == null ? NEWEST : target.value());
  }

  private List<ProgramSpec> programs(Class<?> type, Classes files, Unit unit, StructTypes types) {
    var programs = new ArrayList<ProgramSpec>();
    for (var method : files.methods(type)) {
      var section = method.getAnnotation(Section.class);
      if (section != null) {
        programs.add(program(method, section, unit, types));
      }
    }
    if (programs.isEmpty()) {
      throw new Refusal(
              "class " + type.getSimpleName() + " has no program",
              "@Section(\"xdp\") on a static method, for example")
          .at(files.source(type), 0);
    }
    return programs;
  }

  private ProgramSpec program(Method method, Section section, Unit unit, StructTypes types) {
    if (!Modifier.isStatic(method.getModifiers())) {
      throw new Refusal("program " + method.getName() + " is no static method", "static")
          .at(method.getDeclaringClass().getSimpleName() + ".java", 0);
    }
    SectionName name;
    try {
      name = SectionName.parse(section.value());
    } catch (NotFoundException e) {
      throw new Refusal("program " + method.getName() + ": " + e.getMessage(), "")
          .at(method.getDeclaringClass().getSimpleName() + ".java", 0);
    }
    var main = unit.program(method, name.type(), section.onFault());
    var codes = new LinkedHashMap<Function, Code>();
    var work = new ArrayDeque<Function>();
    work.add(main);
    while (!work.isEmpty()) {
      var function = work.remove();
      if (!codes.containsKey(function)) {
        var code = code(function, unit, types);
        codes.put(function, code);
        work.addAll(called(code));
      }
    }
    return new ProgramBuilder(btf, types, sources, relocations, externs)
        .build(method.getName(), section.value(), codes);
  }

  /// The functions that are called after all that was left out.
  private static List<Function> called(Code code) {
    return code.instructions().stream()
        .flatMap(i ->
            i.reference() instanceof Reference.ToFunction(var callee)
                ? Stream.of(callee)
                : Stream.empty())
        .toList();
  }

  private static Code code(Function function, Unit unit, StructTypes types) {
    try {
      return Generator.generate(
          function,
          Optimizer.run(function, unit.features, unit.statics::zero),
          unit.features,
          types::offset);
    } catch (Refusal refusal) {
      throw refusal.at(function.file, 0);
    }
  }

  /// The map of a data section.
  private java.util.Optional<MapSpec> section(String name, StructTypes types) {
    var content = statics.content(name);
    if (content.length == 0) {
      return java.util.Optional.empty();
    }
    var constant = name.equals(".rodata");
    var map =
        MapSpec.builder(name, MapType.ARRAY)
            .keySize(4)
            .valueSize(content.length)
            .maxEntries(1)
            .flags(constant ? MapSpec.RDONLY_PROG | MapSpec.MMAPABLE : MapSpec.MMAPABLE)
            .content(content)
            .frozen(constant);
    var variables = new ArrayList<BtfType.SectionVariable>();
    for (var variable : statics.variables(name)) {
      var of =
          types.element(variable.type(), variable.bytes(), variable.signed(), variable.length());
      var id = btf.add(new BtfType.Variable(variable.field().getName(), of, 1));
      variables.add(new BtfType.SectionVariable(id, variable.offset(), variable.size()));
    }
    if (!variables.isEmpty()) {
      map.valueType(btf.add(new BtfType.DataSection(name, content.length, variables)));
    }
    return java.util.Optional.of(map.build());
  }
}
