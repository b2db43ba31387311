package org.ebpf4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Classes that are made of objects: their text, held against committed text
/// (`-Debpf4j.golden=write` writes it anew), and whether it compiles and its types fit.
class TypedClassTest {
  private static final Path GOLDEN =
      TestObjects.example("hello")
          .resolve("../../core/src/test/resources/org/ebpf4j/generate")
          .normalize();

  @TempDir Path folder;

  private static TypedClass of(Path file) {
    var name = file.getFileName().toString();
    return TypedClass.of(ObjectSpec.read(file), ClassOptions.of("org.example", name));
  }

  private static Path find(String name) {
    return name.contains("/") ? TestObjects.example(name + ".bpf.o") : TestObjects.file(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tools/execs", "tools/filelat", "tools/tcpconn", "map_zoo", "typed"})
  void writesTheClassAsCommitted(String name) throws IOException {
    var made = of(find(name));
    var golden = GOLDEN.resolve(made.name() + ".java.txt");
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, made.text());
    }
    assertThat(made.text()).isEqualTo(Files.readString(golden));
    assertThat(made.path()).isEqualTo(Path.of("org/example", made.name() + ".java"));
  }

  /// All objects of the tests that can be read on this machine.
  private static Map<Path, ObjectSpec> objects() throws IOException {
    var objects = new TreeMap<Path, ObjectSpec>();
    try (var tests =
            Files.walk(
                GOLDEN.resolve("../../../../../../../testkit/src/main/resources/bpf").normalize());
        var examples = Files.walk(TestObjects.example("tools").getParent())) {
      for (var file : Stream.concat(tests, examples).toList()) {
        if (!file.toString().endsWith(".bpf.o")) {
          continue;
        }
        try {
          var spec = ObjectSpec.read(file);
          if (spec.order().equals(ByteOrder.nativeOrder())) {
            objects.put(file, spec);
          }
        } catch (BpfException e) {
          // It is there to be refused.
        }
      }
    }
    return objects;
  }

  @Test
  void everyObjectHasAClassThatCompilesAndFits() throws Exception {
    var objects = objects();
    assertThat(objects.keySet()).hasSizeGreaterThan(100);
    var sources = new ArrayList<TypedClass>();
    var softly = new SoftAssertions();
    var names = new TreeMap<String, ObjectSpec>();
    objects.forEach((file, spec) -> {
      var packageName = "p" + names.size();
      var made = TypedClass.of(spec, ClassOptions.of(packageName, file.getFileName().toString()));
      names.put(packageName + "." + made.name(), spec);
      sources.add(made);
    });
    Compiled.into(folder, sources);
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      for (var entry : names.entrySet()) {
        var type = loader.loadClass(entry.getKey());
        softly.check(() -> new FittingCheck(entry.getValue(), type).all());
      }
    }
    softly.assertAll();
  }

  private static MapSpec hash(String name, int keySize, int key, int value) {
    return MapSpec.builder(name, MapType.HASH)
        .keySize(keySize)
        .keyType(key)
        .valueSize(4)
        .valueType(value)
        .build();
  }

  @Test
  void namesOfJavaAreNotTakenTwice() throws IOException {
    var types = BtfBuilder.empty(ByteOrder.nativeOrder());
    var number = types.add(new BtfType.Int("int", 4, 1, 0, 32));
    var members =
        Stream.of("class", "min_us", "minUs", "MIN_US", "get_class", "hash_code", "_", "to\"string")
            .toList();
    var all = new ArrayList<BtfType.Member>();
    for (int i = 0; i < members.size(); i++) {
      all.add(new BtfType.Member(members.get(i), number, 32L * i, 0));
    }
    var key = types.add(new BtfType.Struct("string", 32, false, all));
    var value = types.add(new BtfType.Struct("odd", 4, false, List.of(all.getFirst())));
    var spec =
        ObjectSpec.builder("odd")
            .map(hash("load", 32, key, value))
            .map(hash("close", 32, key, value))
            .map(hash("get_class", 32, key, value))
            .types(types.build())
            .build();

    var made = TypedClass.of(spec, ClassOptions.of("", "odd.bpf.o"));

    assertThat(made.text())
        .contains("record StringStruct(", "record OddStruct(", "int class_,", "@Member(\"minUs\")")
        .contains("> load() {", "> closeMap() {", "> getClassMap() {");
    Compiled.into(folder, List.of(made));
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      var record = Class.forName("Odd$StringStruct", true, loader);
      assertThat(Codec.of(record, spec.types().orElseThrow(), key).whyReadOnly()).isEmpty();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /// What comes from a file cannot end a string or a comment.
  @Test
  void namesAreQuoted() throws IOException {
    var types = BtfBuilder.empty(ByteOrder.nativeOrder());
    var number = types.add(new BtfType.Int("int}", 4, 1, 0, 32));
    var bad = "\\u000a static { System.exit(1); } `\"\\";
    var key =
        types.add(
            new BtfType.Struct(bad, 4, false, List.of(new BtfType.Member(bad, number, 0, 0))));
    var spec = ObjectSpec.builder(bad).map(hash(bad, 4, key, number)).types(types.build()).build();

    var made =
        TypedClass.of(
            spec,
            new ClassOptions("a.b", Optional.of("Bad"), bad + "\nstatic", Map.of(), List.of()));

    assertThat(made.text().lines().filter(line -> line.strip().startsWith("static"))).isEmpty();
    Compiled.into(folder, List.of(made));
    assertThat(folder.resolve("a/b/Bad.class")).exists();
  }

  @Test
  void optionsNameEventsAndMoreTypes() {
    var spec = ObjectSpec.read(TestObjects.file("codecs"));
    var made =
        TypedClass.of(
            spec, new ClassOptions("", Optional.of("C"), "c", Map.of(), List.of("event", "state")));
    assertThat(made.text()).contains("public record Event(", "public enum State {");

    assertThatThrownBy(() ->
            TypedClass.of(
                spec, new ClassOptions("", Optional.empty(), "c", Map.of(), List.of("evnt"))))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no type 'evnt'")
        .hasMessageContaining("event");
    assertThatThrownBy(() ->
            TypedClass.of(
                spec,
                new ClassOptions("", Optional.empty(), "c", Map.of("rings", "event"), List.of())))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no map 'rings'");
  }

  @Test
  void namesThatJavaDoesNotHaveAreRefused() {
    for (var name : List.of("a..b", "a.class", "1a", ".", "a b")) {
      assertThatThrownBy(() -> ClassOptions.of(name, "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'" + name + "' is no name of a package in Java");
    }
    assertThatThrownBy(() -> new ClassOptions("a", Optional.of("b.C"), "x", Map.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'b.C' is no name of a class in Java");
  }

  @Test
  void theSameObjectGivesTheSameText() {
    var file = TestObjects.file("map_zoo");
    assertThat(of(file)).isEqualTo(of(file));
  }
}
