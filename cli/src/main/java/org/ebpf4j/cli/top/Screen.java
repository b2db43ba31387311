package org.ebpf4j.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.error.SafeText;

/// Draws a [Model] as lines of text. A pure function of it and of the size.
///
/// @param columns how many characters a line has
/// @param rows how many lines there are
record Screen(int columns, int rows) {
  /// How a line looks.
  enum Look {
    PLAIN,
    TITLE,
    HEADER,
    SELECTED
  }

  /// A line, no longer than the screen is wide, and without control characters.
  record Line(Look look, String text) {}

  private static final int TYPE = 14;
  private static final int MAP_TYPE = 16;
  private static final int LEAST_NAME = 8;

  private static final List<String> HELP =
      List.of(
          "Keys of the list of programs:",
          "  up, down, k, j    select a program; Page Up, Page Down, Home, End likewise",
          "  Enter             details of the selected program, and who holds it",
          "  s                 sort by the next column",
          "  r                 reverse the order",
          "  /                 filter: type a part of names; Enter keeps it, Esc drops it",
          "  a                 show programs that do not run, too, or no more",
          "  p, space          pause, and go on",
          "  m, Tab            maps and how full they are, and back",
          "  Esc               back; in the list, drop the filter",
          "  h, ?              this help",
          "  q, Ctrl-C         quit",
          "",
          "RUNS/S, CPU% and NS/RUN are of the last sample. MISSED runs did not happen, as",
          "the program was running on that CPU already. TREND is CPU% in the last samples.",
          "The kernel counts runs only while this is open; each run is slower by some ns.");

  /// All lines of the screen, as many as it has rows.
  List<Line> draw(Model model) {
    var lines = new ArrayList<Line>();
    lines.add(line(Look.TITLE, title(model)));
    switch (model.page()) {
      case PROGRAMS -> programs(lines, model);
      case MAPS -> maps(lines, model);
      case DETAILS -> details(lines, model);
      case HELP -> HELP.forEach(text -> lines.add(line(Look.PLAIN, text)));
    }
    while (lines.size() > Math.max(1, rows - 1)) {
      lines.removeLast();
    }
    while (lines.size() < rows - 1) {
      lines.add(new Line(Look.PLAIN, ""));
    }
    if (rows > 1) {
      lines.add(line(Look.TITLE, footer(model)));
    }
    return lines;
  }

  private String title(Model model) {
    var programs = model.sample().programs();
    var running = programs.stream().filter(r -> r.counted().runs() > 0).count();
    var percent = programs.stream().mapToDouble(ProgramRate::percent).sum();
    return String.format(
            Locale.ROOT,
            "ebpf4j top: %d programs, %d running, %.2f %% of a CPU",
            programs.size(),
            running,
            percent)
        + (model.isPaused() ? "  PAUSED" : "")
        + (model.filter().isEmpty() && !model.isTyping() ? "" : "  filter: " + model.filter());
  }

  private static String footer(Model model) {
    if (model.isTyping()) {
      return "filter: " + model.filter() + "_  (Enter keeps it, Esc drops it)";
    }
    return switch (model.page()) {
      case PROGRAMS ->
          "q quit  h help  s sort  r reverse  / filter  p pause  m maps  Enter details";
      case MAPS -> "q quit  h help  r reverse  / filter  p pause  m programs";
      case DETAILS -> "q quit  Esc back  up, down scroll  Enter look again";
      case HELP -> "any key: back";
    };
  }

  private void programs(List<Line> lines, Model model) {
    // Seven gaps, and the columns whose width does not change.
    var left = columns - (7 + TYPE + 9 + 7 + 8 + 7 + 7);
    var trend = left >= 16 ? Math.clamp(left / 2 - 3, 5, 30) : 0;
    var name = Math.max(LEAST_NAME, left - trend);
    lines.add(line(Look.HEADER, programHeader(model, name, trend)));
    var shown = model.programs();
    if (shown.isEmpty()) {
      lines.add(line(Look.PLAIN, nothing(model)));
    }
    var selected = model.selectedIndex();
    var body = Math.max(1, rows - 3);
    var first = Math.max(0, selected - body + 1);
    for (int i = first; i < Math.min(shown.size(), first + body); i++) {
      var rate = shown.get(i);
      lines.add(
          line(
              i == selected ? Look.SELECTED : Look.PLAIN,
              row(
                  name,
                  Integer.toUnsignedString(rate.program().id()),
                  rate.program().typeLabel(),
                  rate.program().fullName(),
                  decimal(rate.runsPerSecond()),
                  percent(rate.percent()),
                  whole(rate.nanosPerRun()),
                  whole(rate.counted().recursionMisses()),
                  model.trend(rate).text(trend))));
    }
  }

  private static String programHeader(Model model, int name, int trend) {
    return row(
        name,
        header(model, Order.ID),
        "TYPE",
        header(model, Order.NAME),
        header(model, Order.RUNS),
        header(model, Order.CPU),
        header(model, Order.TIME),
        header(model, Order.MISSED),
        trend >= 5 ? "TREND" : "");
  }

  private static String header(Model model, Order order) {
    return model.order() != order
        ? order.column()
        : order.column() + (model.isReversed() ? "▲" : "▼");
  }

  private static String row(
      int nameWidth,
      String id,
      String type,
      String name,
      String runs,
      String cpu,
      String time,
      String missed,
      String trend) {
    return String.join(
        " ",
        right(id, 7),
        left(type, TYPE),
        left(name, nameWidth),
        right(runs, 9),
        right(cpu, 7),
        right(time, 8),
        right(missed, 7),
        trend);
  }

  private static String nothing(Model model) {
    return !model.isSampled()
        ? "counting…"
        : !model.filter().isEmpty()
            ? "no program with this in its name runs; Esc drops the filter"
            : model.isAll()
                ? "there is no program"
                : "no program runs; press a for those that do not run, too";
  }

  private void maps(List<Line> lines, Model model) {
    var bar = columns >= 100 ? 24 : 10;
    var name = Math.max(LEAST_NAME, columns - (7 + MAP_TYPE + 10 + 10 + 6 + bar + 6));
    lines.add(line(Look.HEADER, mapRow(name, "ID", "TYPE", "NAME", "ENTRIES", "MAX", "FILL%", "")));
    var maps = model.maps();
    for (var fill : maps.subList(Math.min(model.scroll(), maps.size()), maps.size())) {
      var known = fill.entries().isPresent();
      lines.add(
          line(
              Look.PLAIN,
              mapRow(
                  name,
                  Integer.toUnsignedString(fill.map().id()),
                  fill.map().typeLabel(),
                  fill.map().name(),
                  known ? whole(fill.entries().getAsLong()) + (fill.more() ? "+" : "") : "-",
                  Long.toString(fill.map().maxEntries()),
                  known ? String.format(Locale.ROOT, "%.1f", fill.percent()) : "-",
                  known ? bar(fill.percent(), bar) : "")));
    }
  }

  private static String mapRow(
      int nameWidth,
      String id,
      String type,
      String name,
      String entries,
      String max,
      String percent,
      String bar) {
    return String.join(
        " ",
        right(id, 7),
        left(type, MAP_TYPE),
        left(name, nameWidth),
        right(entries, 10),
        right(max, 10),
        right(percent, 6),
        bar);
  }

  private static String bar(double percent, int width) {
    var full = Math.clamp(Math.round(percent / 100 * width), 0, width);
    return "█".repeat(full) + "░".repeat(width - full);
  }

  private void details(List<Line> lines, Model model) {
    var rate = model.selectedProgram();
    if (rate.isEmpty()) {
      lines.add(line(Look.HEADER, "this program is no more; what was seen of it:"));
    } else {
      var of = rate.orElseThrow();
      lines.add(
          line(
              Look.HEADER,
              "prog "
                  + Integer.toUnsignedString(of.program().id())
                  + " "
                  + of.program().fullName()
                  + ": "
                  + decimal(of.runsPerSecond())
                  + " runs/s, "
                  + percent(of.percent())
                  + " % CPU, "
                  + whole(of.nanosPerRun())
                  + " ns/run, "
                  + whole(of.counted().recursionMisses())
                  + " missed"));
      lines.add(line(Look.PLAIN, model.trend(of).text(Math.min(columns, Trend.LENGTH)).strip()));
    }
    var details = model.details();
    details
        .subList(Math.min(model.scroll(), details.size()), details.size())
        .forEach(text -> lines.add(line(Look.PLAIN, text)));
  }

  private Line line(Look look, String text) {
    return new Line(look, cut(SafeText.line(text), columns).stripTrailing());
  }

  private static String decimal(double rate) {
    return rate < 10 ? String.format(Locale.ROOT, "%.1f", rate) : whole(Math.round(rate));
  }

  private static String percent(double percent) {
    return String.format(Locale.ROOT, "%.2f", percent);
  }

  /// A number in at most 7 characters.
  private static String whole(long number) {
    return Long.compareUnsigned(number, 10_000_000) < 0
        ? Long.toString(number)
        : number > 0 && number < 10_000_000_000L
            ? String.format(Locale.ROOT, "%.1fM", number / 1e6)
            : String.format(Locale.ROOT, "%.1fG", number / 1e9);
  }

  private static String left(String text, int width) {
    var safe = cut(SafeText.line(text), width);
    return safe + " ".repeat(width - length(safe));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - length(text))) + text;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text, int width) {
    if (length(text) <= width) {
      return text;
    }
    return width < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }
}
