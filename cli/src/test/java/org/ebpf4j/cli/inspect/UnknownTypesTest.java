package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ebpf4j.cli.Schemas;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects of each kind fit their schemas: those that every number is known of, and those of a
/// newer kernel, whose types, hooks and flags have no names here.
class UnknownTypesTest {
  private static final Console CONSOLE =
      new Console(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 99})
  void linksOfEachKindFitTheirSchema(int number) throws Exception {
    var kinds = new ArrayList<Class<?>>();
    collect(LinkInfo.class, kinds);
    assertThat(kinds).hasSizeGreaterThan(15);
    for (var kind : kinds) {
      var link = (LinkInfo) make(kind, number);
      var json =
          Json.object(fields -> {
            LinkJson.put(fields, link);
            fields.put("program_name", "");
          });
      var printed = Schemas.checkLine("link list", json);
      assertThat(printed.get("type_number").asInt()).as(json).isEqualTo(link.type());
    }
  }

  private static void collect(Class<?> type, List<Class<?>> kinds) {
    if (type.isRecord()) {
      kinds.add(type);
    } else {
      Arrays.stream(type.getPermittedSubclasses()).forEach(each -> collect(each, kinds));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 99})
  void programsAndMapsFitTheirSchemas(int number) throws Exception {
    View<ProgramInfo> programs = new ListProgramsCommand(CONSOLE).view();
    View<MapInfo> maps = new ListMapsCommand(CONSOLE).view();
    var program = programs.json((ProgramInfo) make(ProgramInfo.class, number));
    var map = maps.json((MapInfo) make(MapInfo.class, number));

    assertThat(Schemas.checkLine("prog list", program).get("type").asString().equals("type 99"))
        .isEqualTo(number == 99);
    assertThat(Schemas.checkLine("map list", map).get("type").asString().equals("type 99"))
        .isEqualTo(number == 99);
  }

  /// A record whose numbers are all the same.
  private static Object make(Class<?> type, int number) throws ReflectiveOperationException {
    var components = type.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    var values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          components[i].getName().equals("tag")
              ? "0123456789abcdef"
              : value(components[i].getGenericType(), number);
    }
    var constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private static Object value(Type type, int number) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType list) {
      assertThat(list.getRawType()).isEqualTo(List.class);
      return List.of(value(list.getActualTypeArguments()[0], number));
    }
    return switch (type.getTypeName()) {
      case "int", "java.lang.Integer" -> number;
      case "long" -> (long) number;
      case "boolean" -> true;
      case "java.lang.String" -> "some";
      case "java.util.OptionalLong" -> OptionalLong.of(number);
      case "java.util.OptionalInt" -> OptionalInt.of(number);
      case "java.time.Duration" -> Duration.ofNanos(number);
      case "java.time.Instant" -> Instant.ofEpochSecond(number);
      default -> make((Class<?>) type, number);
    };
  }
}
