package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ebpf4j.btf.text.CTokens.Token;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;

/// What a text of C comes to after its directives: macros without arguments are replaced, the parts
/// whose condition does not hold are left out, and the headers that it includes by `"…"` are put
/// in. Headers in `<…>` are passed over. A macro with arguments is left as it stands.
final class CPreprocessor {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int MOST_OF_ALL = 4 << 20;
  private static final int MOST_WORDS = 1 << 20;
  private static final int MOST_FILES = 256;
  private static final int DEEPEST = 32;

  private static final Pattern WORD =
      Pattern.compile(
          "[A-Za-z_]\\w*|\\d\\w*|\"[^\"\\n]*\"|'(?:\\\\.|[^'\\\\\\n])+'"
              + "|<<|>>|<=|>=|==|!=|&&|\\|\\||.",
          Pattern.DOTALL);
  private static final Pattern DIRECTIVE = Pattern.compile("#\\s*(\\w*)(.*)", Pattern.DOTALL);
  private static final Pattern DEFINE =
      Pattern.compile("\\s+([A-Za-z_]\\w*)(\\(?)(.*)", Pattern.DOTALL);
  private static final Pattern INCLUDE = Pattern.compile("\\s*\"([^\"\\n]+)\".*", Pattern.DOTALL);

  /// What stands for a name; nothing where it has arguments.
  private record Macro(Optional<List<String>> words) {}

  /// A part between `#if` and `#endif`.
  ///
  /// @param live whether what stands around it counts
  /// @param taken whether one of its branches did
  /// @param now whether this branch does
  private record Condition(boolean live, boolean taken, boolean now, int line) {}

  private final CStructs.Headers headers;
  private final Map<String, Macro> macros = new HashMap<>();
  private final List<Token> tokens = new ArrayList<>();
  private final Set<String> open = new HashSet<>();
  private final Set<String> once = new HashSet<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private int files;
  private int characters;
  private int replaced;

  CPreprocessor(CStructs.Headers headers, ByteOrder order) {
    this.headers = headers;
    // As clang says them for programs.
    for (var name : List.of("__bpf__", "__BPF__", "__LP64__", "_LP64", "__STDC__")) {
      define(name, "1");
    }
    define("__ORDER_LITTLE_ENDIAN__", "1234");
    define("__ORDER_BIG_ENDIAN__", "4321");
    define("__BYTE_ORDER__", order == ByteOrder.LITTLE_ENDIAN ? "1234" : "4321");
    define(
        order == ByteOrder.LITTLE_ENDIAN ? "__LITTLE_ENDIAN_BITFIELD" : "__BIG_ENDIAN_BITFIELD",
        "1");
  }

  private void define(String name, String word) {
    macros.put(name, new Macro(Optional.of(List.of(word))));
  }

  /// The words of a text.
  ///
  /// @throws BpfException where directives cannot be followed; says the file and line
  CTokens read(String name, String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new BpfException(name + ": has more than " + MOST_CHARACTERS + " characters");
    }
    file(name, text);
    var lines = 1 + (int) text.chars().filter(c -> c == '\n').count();
    tokens.add(new Token("", name, lines));
    return new CTokens(List.copyOf(tokens));
  }

  /// What is to be known of a word that has no meaning; empty where nothing is.
  String remark(String word) {
    var macro = macros.get(word);
    if (macro != null && macro.words().isEmpty()) {
      return "; it is a macro with arguments, which is not replaced";
    }
    return leftOut.entrySet().stream()
        .findFirst()
        .map(e -> "; " + e.getKey() + " includes " + e.getValue())
        .orElse("");
  }

  private void file(String name, String text) {
    characters += text.length();
    if (++files > MOST_FILES || characters > MOST_OF_ALL) {
      throw new BpfException(
          name + ": more is included than " + MOST_FILES + " files of " + MOST_OF_ALL + " bytes");
    }
    open.add(name);
    var conditions = new ArrayList<Condition>();
    var line = 1;
    var matcher = WORD.matcher(text);
    for (int from = 0; from < text.length(); ) {
      var end = passOver(text, from);
      if (end > from) {
        if (text.charAt(from) == '#') {
          directive(uncommented(text.substring(from, end)), name, line, conditions);
        }
        line += (int) text.substring(from, end).chars().filter(c -> c == '\n').count();
      } else if (matcher.find(from)) {
        if (isLive(conditions)) {
          replace(matcher.group(), name, line, new HashSet<>());
        }
        end = matcher.end();
      }
      from = end;
    }
    if (!conditions.isEmpty()) {
      throw problem(name, conditions.getLast().line(), "there is no #endif for this condition");
    }
    open.remove(name);
  }

  private static boolean isLive(List<Condition> conditions) {
    return conditions.isEmpty() || conditions.getLast().now();
  }

  /// Where a blank, a comment or a directive ends; `from` where there is none.
  private static int passOver(String text, int from) {
    if (Character.isWhitespace(text.charAt(from))) {
      return from + 1;
    }
    if (text.startsWith("/*", from)) {
      var end = text.indexOf("*/", from + 2);
      return end < 0 ? text.length() : end + 2;
    }
    if (!text.startsWith("//", from) && text.charAt(from) != '#') {
      return from;
    }
    var isDirective = text.charAt(from) == '#';
    for (int at = from; at < text.length(); at++) {
      if (isDirective && text.startsWith("/*", at)) {
        var end = text.indexOf("*/", at + 2);
        at = end < 0 ? text.length() : end + 1;
      } else if (text.charAt(at) == '\n' && text.charAt(at - 1) != '\\') {
        return at;
      }
    }
    return text.length();
  }

  private static String uncommented(String directive) {
    var plain = new StringBuilder();
    for (int from = 0; from < directive.length(); ) {
      if (directive.startsWith("//", from)) {
        break;
      }
      if (directive.startsWith("/*", from)) {
        var end = directive.indexOf("*/", from + 2);
        plain.append(' ');
        from = end < 0 ? directive.length() : end + 2;
      } else {
        plain.append(directive.startsWith("\\\n", from) ? ' ' : directive.charAt(from));
        from++;
      }
    }
    return plain.toString();
  }

  private static List<String> words(String text) {
    return WORD.matcher(text)
        .results()
        .map(r -> r.group())
        .filter(word -> !word.isBlank())
        .toList();
  }

  private void directive(String text, String file, int line, List<Condition> conditions) {
    var matcher = DIRECTIVE.matcher(text);
    if (!matcher.matches()) {
      return;
    }
    var rest = matcher.group(2);
    var live = isLive(conditions);
    switch (matcher.group(1)) {
      case "if" -> begin(conditions, live, live && holds(words(rest), file, line), line);
      case "ifdef" -> begin(conditions, live, macros.containsKey(rest.strip()), line);
      case "ifndef" -> begin(conditions, live, !macros.containsKey(rest.strip()), line);
      case "elif" -> {
        var last = last(conditions, file, line, "#elif");
        var now = last.live() && !last.taken() && holds(words(rest), file, line);
        conditions.add(new Condition(last.live(), last.taken() || now, now, last.line()));
      }
      case "else" -> {
        var last = last(conditions, file, line, "#else");
        conditions.add(new Condition(last.live(), true, last.live() && !last.taken(), last.line()));
      }
      case "endif" -> last(conditions, file, line, "#endif");
      default -> {
        if (live) {
          other(matcher.group(1), rest, file, line);
        }
      }
    }
  }

  private static void begin(List<Condition> conditions, boolean live, boolean holds, int line) {
    conditions.add(new Condition(live, holds, live && holds, line));
  }

  private static Condition last(List<Condition> conditions, String file, int line, String word) {
    if (conditions.isEmpty()) {
      throw problem(file, line, word + " without #if");
    }
    return conditions.removeLast();
  }

  private void other(String directive, String rest, String file, int line) {
    switch (directive) {
      case "define" -> {
        var matcher = DEFINE.matcher(rest);
        if (matcher.matches()) {
          var words =
              matcher.group(2).isEmpty()
                  ? Optional.of(words(matcher.group(3)))
                  : Optional.<List<String>>empty();
          macros.put(matcher.group(1), new Macro(words));
        }
      }
      case "undef" -> macros.remove(rest.strip());
      case "include" -> {
        var matcher = INCLUDE.matcher(rest);
        if (matcher.matches()) {
          include(matcher, file, line);
        }
      }
      case "pragma" -> {
        if (rest.strip().equals("once")) {
          once.add(file);
        } else if (rest.strip().startsWith("pack")) {
          throw problem(file, line, "#pragma pack is not followed; write __attribute__((packed))");
        }
      }
      default -> {}
    }
  }

  private void include(Matcher matcher, String file, int line) {
    var path = matcher.group(1);
    var place = file + ", line " + line;
    var header = headers.find(file, path);
    if (header.isEmpty()) {
      leftOut.put(place, "\"" + path + "\", which is not there");
      return;
    }
    var name = header.get().name();
    if (header.get().text().length() > MOST_CHARACTERS) {
      leftOut.put(place, "\"" + path + "\", which is passed over for its size");
      return;
    }
    if (open.contains(name) || once.contains(name)) {
      return;
    }
    if (open.size() >= DEEPEST) {
      throw problem(file, line, "more than " + DEEPEST + " headers include one another");
    }
    file(name, header.get().text());
  }

  /// Puts a word in, or what a macro has in its place.
  private void replace(String word, String file, int line, Set<String> within) {
    for (var each : replaced(word, file, line, within)) {
      tokens.add(new Token(each, file, line));
    }
  }

  private List<String> replaced(String word, String file, int line, Set<String> within) {
    var macro = macros.get(word);
    if (macro == null || macro.words().isEmpty() || within.contains(word)) {
      return List.of(word);
    }
    if (within.size() >= DEEPEST) {
      throw problem(file, line, "more than " + DEEPEST + " macros in one another");
    }
    within.add(word);
    var all = new ArrayList<String>();
    for (var each : macro.words().get()) {
      if (++replaced > MOST_WORDS) {
        throw problem(file, line, "its macros come to more than " + MOST_WORDS + " words");
      }
      all.addAll(replaced(each, file, line, within));
    }
    within.remove(word);
    return all;
  }

  /// Whether the condition of an `#if` holds. Names that are no macros count as 0, as in C.
  private boolean holds(List<String> condition, String file, int line) {
    var words = new ArrayList<Token>();
    for (int i = 0; i < condition.size(); i++) {
      var word = condition.get(i);
      if (word.equals("defined")) {
        var brackets = i + 1 < condition.size() && condition.get(i + 1).equals("(");
        i += brackets ? 2 : 1;
        var name = i < condition.size() ? condition.get(i) : "";
        i += brackets ? 1 : 0;
        words.add(new Token(macros.containsKey(name) ? "1" : "0", file, line));
      } else {
        for (var each : replaced(word, file, line, new HashSet<>())) {
          words.add(new Token(each, file, line));
        }
      }
    }
    words.add(new Token("", file, line));
    var tokens = new CTokens(words);
    var value =
        CExpression.value(
            tokens,
            new CExpression.Names() {
              @Override
              public OptionalLong value(String name) {
                if (tokens.peek().equals("(")) {
                  throw problem(file, line, "what '" + name + "(...)' comes to is not known here");
                }
                return OptionalLong.of(0);
              }

              @Override
              public long size() {
                throw problem(file, line, "a directive has no sizeof");
              }

              @Override
              public String remark(String name) {
                return "";
              }
            });
    if (!tokens.atEnd()) {
      throw tokens.expected("the end of the condition");
    }
    return value != 0;
  }

  private static BpfException problem(String file, int line, String what) {
    return new BpfException(file + ", line " + line + ": " + SafeText.line(what));
  }
}
