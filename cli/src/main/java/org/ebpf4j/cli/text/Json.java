package org.ebpf4j.cli.text;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// JSON (RFC 8259), an object on each line, as Jackson writes and reads it. What a terminal would
/// take for an order is escaped, which JSON leaves open.
public final class Json {
  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private Json() {}

  /// An object, field by field.
  public static final class Fields {
    private final JsonGenerator generator;

    private Fields(JsonGenerator generator) {
      this.generator = generator;
    }

    /// A string, or null.
    public Fields put(String name, @Nullable String value) {
      generator.writeName(name);
      if (value == null) {
        generator.writeNull();
      } else {
        generator.writeString(value);
      }
      return this;
    }

    /// A number.
    public Fields put(String name, long value) {
      generator.writeName(name).writeNumber(value);
      return this;
    }

    /// A number, or null for one that is not known, which is negative.
    public Fields putKnown(String name, long value) {
      generator.writeName(name);
      if (value < 0) {
        generator.writeNull();
      } else {
        generator.writeNumber(value);
      }
      return this;
    }

    /// A finite number of seconds, to the microsecond.
    public Fields putSeconds(String name, double value) {
      generator
          .writeName(name)
          .writeNumber(BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN));
      return this;
    }

    /// True or false.
    public Fields put(String name, boolean value) {
      generator.writeName(name).writeBoolean(value);
      return this;
    }

    /// A number that may be missing; null where it is.
    public Fields putOptional(String name, OptionalLong value) {
      generator.writeName(name);
      if (value.isPresent()) {
        generator.writeNumber(value.getAsLong());
      } else {
        generator.writeNull();
      }
      return this;
    }

    /// An object in this one.
    public Fields putObject(String name, Consumer<Fields> fields) {
      generator.writeName(name).writeStartObject();
      fields.accept(this);
      generator.writeEndObject();
      return this;
    }

    /// An array of objects, one for each of `values`.
    public <T> Fields putObjects(
        String name, Collection<? extends T> values, BiConsumer<Fields, T> fields) {
      generator.writeName(name).writeStartArray();
      for (var value : values) {
        generator.writeStartObject();
        fields.accept(this, value);
        generator.writeEndObject();
      }
      generator.writeEndArray();
      return this;
    }

    /// An array of strings.
    public Fields putStrings(String name, Collection<String> values) {
      generator.writeName(name).writeStartArray();
      values.forEach(generator::writeString);
      generator.writeEndArray();
      return this;
    }

    /// An array of whole numbers.
    public Fields putNumbers(String name, Collection<? extends Number> values) {
      generator.writeName(name).writeStartArray();
      values.forEach(value -> generator.writeNumber(value.longValue()));
      generator.writeEndArray();
      return this;
    }

    /// A value that is JSON already.
    public Fields putJson(String name, String json) {
      generator.writeName(name).writeRawValue(json);
      return this;
    }
  }

  /// An object on one line.
  public static String object(Consumer<Fields> fields) {
    var text = new StringWriter();
    try (var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeStartObject();
      fields.accept(new Fields(generator));
      generator.writeEndObject();
    }
    return SafeText.line(text.toString());
  }

  /// JSON without its line breaks and spaces between values.
  public static String onOneLine(String json) {
    var text = new StringWriter();
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), json);
        var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      parser.nextToken();
      generator.copyCurrentStructure(parser);
    }
    return SafeText.line(text.toString());
  }

  /// A string with its quotes.
  public static String quote(String string) {
    var text = new StringWriter();
    try (var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeString(string);
    }
    return SafeText.line(text.toString());
  }

  /// The fields of an object that are strings, numbers (`Long` or `Double`) or truth values. Those
  /// that are `null`, objects or arrays are left out.
  ///
  /// @throws BpfException where the text is not one object
  public static Map<String, Object> read(String text) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BpfException("column 1: no JSON: it is no object");
      }
      var fields = fields(parser);
      if (parser.nextToken() != null) {
        throw problem(parser, "something follows the object");
      }
      return fields;
    } catch (StreamConstraintsException e) {
      throw new BpfException("no JSON that is taken: " + e.getOriginalMessage(), e);
    } catch (JacksonException e) {
      throw new BpfException(
          "column " + e.getLocation().getColumnNr() + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// The fields of an object, each value as the JSON that it is.
  ///
  /// @throws BpfException where the text is not one object
  public static Map<String, String> readRaw(String text) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BpfException("column 1: no JSON: it is no object");
      }
      var fields = new LinkedHashMap<String, String>();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        var from = (int) parser.currentTokenLocation().getCharOffset();
        if (parser.currentToken().isScalarValue()) {
          parser.finishToken();
        } else {
          parser.skipChildren();
        }
        fields.put(name, text.substring(from, (int) parser.currentLocation().getCharOffset()));
      }
      if (parser.nextToken() != null) {
        throw problem(parser, "something follows the object");
      }
      return fields;
    } catch (JacksonException e) {
      throw new BpfException(
          "column " + e.getLocation().getColumnNr() + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// The fields of each object of an array, or of each of several objects in a row, as [#read] has
  /// them.
  ///
  /// @throws BpfException where the text is neither
  public static List<Map<String, Object>> readAll(String text) {
    var objects = new ArrayList<Map<String, Object>>();
    readEach(new StringReader(text), (_, object) -> objects.add(object));
    return objects;
  }

  /// Takes the objects of a text one by one.
  @FunctionalInterface
  public interface ObjectReader {
    /// @param line where the object begins, counted from 1
    /// @param fields as [#read] has them
    void take(int line, Map<String, Object> fields);
  }

  /// Reads each object of an array, or each of several objects in a row.
  ///
  /// @throws BpfException where the text is neither
  /// @throws UncheckedIOException where it cannot be read
  public static void readEach(Reader text, ObjectReader objects) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      var token = parser.nextToken();
      var array = token == JsonToken.START_ARRAY;
      var end = array ? JsonToken.END_ARRAY : null;
      for (token = array ? parser.nextToken() : token; token != end; token = parser.nextToken()) {
        if (token != JsonToken.START_OBJECT) {
          throw problem(parser, "objects are expected");
        }
        objects.take(parser.currentTokenLocation().getLineNr(), fields(parser));
      }
      if (array && parser.nextToken() != null) {
        throw problem(parser, "something follows the array");
      }
    } catch (JacksonIOException e) {
      var cause = e.getCause();
      throw new UncheckedIOException(cause == null ? new IOException(e) : cause);
    } catch (StreamConstraintsException e) {
      throw new BpfException("no JSON that is taken: " + e.getOriginalMessage(), e);
    } catch (JacksonException e) {
      throw new BpfException(
          "line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ": no JSON: "
              + e.getOriginalMessage(),
          e);
    }
  }

  /// Those of the object in which the parser is, up to its end.
  private static Map<String, Object> fields(JsonParser parser) {
    var fields = new LinkedHashMap<String, Object>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      var value = value(parser);
      if (value != null) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  /// The value at which the parser is, or null for one that is left out.
  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case START_OBJECT, START_ARRAY -> {
        parser.skipChildren();
        yield null;
      }
      case null, default -> null;
    };
  }

  private static Object integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getDoubleValue();
    };
  }

  private static BpfException problem(JsonParser parser, String what) {
    return new BpfException(
        "column " + parser.currentLocation().getColumnNr() + ": no JSON: " + what);
  }
}
