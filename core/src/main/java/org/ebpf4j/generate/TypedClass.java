package org.ebpf4j.generate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// A Java class for an object file: a method for each of its programs, maps and variables, and a
/// record or enum for each type of C that keys, values, events and variables have. The same object
/// and options give the same text.
///
/// @param packageName its package; empty for none
/// @param name its name
/// @param text its source
public record TypedClass(String packageName, String name, String text) {
  /// Simple names that the text uses, or that Java gives a meaning of its own.
  private static final Set<String> TAKEN =
      Set.of(
          "Boolean",
          "BpfMap",
          "BpfObject",
          "BpfProgram",
          "BigInteger",
          "Byte",
          "Class",
          "Double",
          "Enum",
          "Float",
          "InetAddress",
          "Integer",
          "IpPrefix",
          "Kernel",
          "Length",
          "LoadOptions",
          "Long",
          "MapOfMaps",
          "Member",
          "MethodHandles",
          "Object",
          "ObjectSpec",
          "Override",
          "Path",
          "PerCpu",
          "PerfBuffer",
          "ProgramArray",
          "QueueMap",
          "RawMap",
          "Record",
          "RingBuffer",
          "S16",
          "S32",
          "S8",
          "Short",
          "Spec",
          "StorageMap",
          "String",
          "TypedObject",
          "TypedPerfBuffer",
          "TypedRingBuffer",
          "TypedVariable",
          "U16",
          "U32",
          "U8",
          "UserRingBuffer");

  /// Methods without parameters that the class has for itself.
  private static final Set<String> METHODS = Set.of("attachAll", "close", "object", "spec");

  /// The class for an object.
  ///
  /// @throws NotFoundException where the object has no map or type that the options name
  /// @throws org.ebpf4j.error.MalformedObjectException for types that no compiler makes
  public static TypedClass of(ObjectSpec object, ClassOptions options) {
    var name = options.className().orElseGet(() -> NameScope.type(object.name()));
    options.events().keySet().forEach(object::map);
    var types = object.types().orElseGet(() -> BtfBuilder.empty(object.order()).build());
    var taken = new TreeSet<>(TAKEN);
    taken.add(name);
    return new TypedClass(
        options.packageName(), name, new Writer(object, options, name, types, taken).text());
  }

  /// Where its source stands below a folder of sources.
  public Path path() {
    return folder().resolve(name + ".java");
  }

  /// Where its package stands below a folder of sources or resources.
  public Path folder() {
    return Path.of(packageName.replace('.', '/'));
  }

  private static final class Writer {
    private final ObjectSpec object;
    private final ClassOptions options;
    private final String name;
    private final TypeTable table;
    private final VariableAccessors variables;
    private final List<Accessor> programs = new ArrayList<>();
    private final List<Accessor> maps;
    private final List<Accessor> values;

    Writer(ObjectSpec object, ClassOptions options, String name, Btf types, Set<String> taken) {
      this.object = object;
      this.options = options;
      this.name = name;
      this.table = new TypeTable(types, new NameScope(true, taken));
      var reserved = new TreeSet<>(NameScope.OBJECT);
      reserved.addAll(METHODS);
      var methods = new NameScope(false, reserved);
      object.programs().forEach(program -> programs.add(accessor(program, methods)));
      this.variables = new VariableAccessors(object, types, table);
      this.maps = new MapAccessors(object, options, table, methods).all();
      this.values = variables.accessors(methods);
      options.types().forEach(type -> wanted(types, type));
    }

    private void wanted(Btf types, String type) {
      var found = table.find(type);
      if (found.isEmpty()) {
        throw new NotFoundException("type", type, EventType.names(types));
      }
      table.read(found.getFirst(), NameScope.type(type));
    }

    private static Accessor accessor(ProgramSpec program, NameScope methods) {
      return new Accessor(
          methods.claim(NameScope.member(program.name()), "Program"),
          "BpfProgram",
          Set.of("org.ebpf4j.BpfProgram"),
          List.of(
              "Program "
                  + SourceText.code(program.name())
                  + (program.section().isEmpty()
                      ? "."
                      : " in section " + SourceText.code(program.section()) + ".")),
          "program(" + SourceText.literal(program.name()) + ")");
    }

    String text() {
      var text = new SourceText();
      text.line(0, "// Generated by ebpf4j from " + SourceText.code(options.resource()) + ".");
      if (!options.packageName().isEmpty()) {
        text.line(0, "package " + options.packageName() + ";").empty();
      }
      imports().forEach(imported -> text.line(0, "import " + imported + ";"));
      text.empty();
      text.doc(
          0,
          "The programs, maps and variables of the object " + SourceText.code(object.name()) + ".");
      text.line(0, "public final class " + name + " extends TypedObject {");
      text.line(1, "private " + name + "(BpfObject object) {");
      text.line(2, "super(object, MethodHandles.lookup());");
      text.line(1, "}").empty();
      loading(text);
      programs.forEach(accessor -> accessor.write(text));
      maps.forEach(accessor -> accessor.write(text));
      values.forEach(accessor -> accessor.write(text));
      spec(text);
      for (var type : table.declared()) {
        text.empty();
        type.write(text);
      }
      return text.line(0, "}").toString();
    }

    private Set<String> imports() {
      var imports =
          new TreeSet<>(
              Set.of(
                  "java.lang.invoke.MethodHandles",
                  "java.nio.file.Path",
                  "org.ebpf4j.BpfObject",
                  "org.ebpf4j.Kernel",
                  "org.ebpf4j.LoadOptions",
                  "org.ebpf4j.TypedObject",
                  "org.ebpf4j.object.ObjectSpec"));
      for (var accessors : List.of(programs, maps, values)) {
        accessors.forEach(accessor -> imports.addAll(accessor.imports()));
      }
      table.declared().forEach(type -> imports.addAll(type.imports()));
      return imports;
    }

    private void loading(SourceText text) {
      text.doc(1, "The object file that lies beside this class, before it is loaded.");
      text.line(1, "public static Spec spec() {");
      text.line(
          2,
          "return new Spec(resource("
              + name
              + ".class, "
              + SourceText.literal(options.resource())
              + "));");
      text.line(1, "}").empty();
      text.doc(1, "The object file at a path, before it is loaded.");
      text.line(1, "public static Spec spec(Path file) {");
      text.line(2, "return new Spec(ObjectSpec.read(file));");
      text.line(1, "}").empty();
      text.doc(1, "Loads the object file that lies beside this class. Attaches nothing.");
      text.line(1, "public static " + name + " load(Kernel kernel) {");
      text.line(2, "return load(kernel, spec());");
      text.line(1, "}").empty();
      text.doc(1, "Loads an object file, with the first values that its variables were given.");
      text.line(1, "public static " + name + " load(Kernel kernel, Spec spec) {");
      text.line(2, "return load(kernel, spec, LoadOptions.DEFAULT);");
      text.line(1, "}").empty();
      text.doc(1, "Loads an object file with options.");
      text.line(
          1, "public static " + name + " load(Kernel kernel, Spec spec, LoadOptions options) {");
      text.line(2, "return of(kernel.load(spec.object(), options));");
      text.line(1, "}").empty();
      text.doc(1, "An object that is loaded, which this owns from now on.");
      text.line(1, "public static " + name + " of(BpfObject object) {");
      text.line(2, "return new " + name + "(object);");
      text.line(1, "}");
    }

    private void spec(SourceText text) {
      text.empty();
      text.doc(1, "The object file as a value. Each method gives another one.");
      text.doc(1, "");
      text.doc(1, "@param object what is loaded");
      text.line(1, "public record Spec(ObjectSpec object) {");
      text.doc(2, "The programs, maps and variables of this, loaded.");
      text.line(2, "public " + name + " load(Kernel kernel) {");
      text.line(3, "return " + name + ".load(kernel, this);");
      text.line(2, "}");
      variables.writeFirstValues(text);
      text.line(1, "}");
    }
  }
}
