package org.ebpf4j.cli.top;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the screen of `top` shows, and what keys change of it. It knows no terminal and no kernel.
/// For one thread.
final class Model {
  /// What is on the screen.
  enum Page {
    PROGRAMS,
    MAPS,
    DETAILS,
    HELP
  }

  /// What a key wants that is not done here.
  enum Wish {
    NONE,
    QUIT,
    /// The details of the selected program.
    DETAILS,
    /// A look at once, as the page wants what was not looked at.
    SAMPLE
  }

  /// How many rows a key for pages goes.
  private static final int PAGE_ROWS = 10;

  private final Map<Integer, Trend> trends = new HashMap<>();
  private Sample sample = new Sample(List.of(), List.of());
  private boolean sampled;
  private Page page = Page.PROGRAMS;
  private Page behindHelp = Page.PROGRAMS;
  private Order order;
  private boolean reversed;
  private boolean all;
  private boolean paused;
  private boolean typing;
  private String filter;
  private final int limit;
  private int selectedId = -1;
  private int selected;
  private int scroll;
  private List<String> details = List.of();

  /// @param filter what names must have in them
  /// @param all whether programs are shown that did not run
  /// @param limit how many programs are shown at most
  Model(Order order, String filter, boolean all, int limit) {
    this.order = order;
    this.filter = filter;
    this.all = all;
    this.limit = limit;
  }

  /// Takes what was counted; not while it is paused.
  void add(Sample next) {
    if (paused) {
      return;
    }
    sample = next;
    sampled = true;
    var alive = new HashMap<Integer, Trend>();
    for (var rate : next.programs()) {
      var id = rate.program().id();
      var trend = trends.getOrDefault(id, new Trend());
      trend.add(rate.percent());
      alive.put(id, trend);
    }
    trends.clear();
    trends.putAll(alive);
    select(selectedIndex());
  }

  /// Shows the details of the selected program.
  void showDetails(List<String> lines) {
    details = List.copyOf(lines);
    scroll = 0;
    page = Page.DETAILS;
  }

  /// Does what a key is for.
  Wish press(Key key) {
    if (typing) {
      type(key);
      return Wish.NONE;
    }
    if (page == Page.HELP) {
      page = behindHelp;
      return isCharacter(key, 'q') ? Wish.QUIT : Wish.NONE;
    }
    return switch (key.type()) {
      case CHARACTER -> pressed((char) key.character());
      case ENTER -> open();
      case ESCAPE, BACKSPACE -> {
        if (page == Page.PROGRAMS) {
          filter = "";
        }
        page = Page.PROGRAMS;
        yield Wish.NONE;
      }
      case TAB -> toggleMaps();
      case UP -> move(-1);
      case DOWN -> move(1);
      case PAGE_UP -> move(-PAGE_ROWS);
      case PAGE_DOWN -> move(PAGE_ROWS);
      case HOME -> move(-Integer.MAX_VALUE);
      case END -> move(Integer.MAX_VALUE);
      case OTHER -> Wish.NONE;
    };
  }

  private Wish pressed(char key) {
    switch (key) {
      case 'q' -> {
        return Wish.QUIT;
      }
      case 'h', '?' -> {
        behindHelp = page;
        page = Page.HELP;
      }
      case 's' -> order = order.next();
      case 'r' -> reversed = !reversed;
      case 'a' -> all = !all;
      case 'p', ' ' -> paused = !paused;
      case '/' -> {
        typing = true;
        filter = "";
        page = page == Page.DETAILS ? Page.PROGRAMS : page;
      }
      case 'm' -> {
        return toggleMaps();
      }
      case 'k' -> {
        return move(-1);
      }
      case 'j' -> {
        return move(1);
      }
      default -> {
        // It is for nothing.
      }
    }
    return Wish.NONE;
  }

  private void type(Key key) {
    switch (key.type()) {
      case CHARACTER -> filter += Character.toString(key.character());
      case BACKSPACE ->
          filter =
              filter.isEmpty()
                  ? filter
                  : filter.substring(0, filter.offsetByCodePoints(filter.length(), -1));
      case ENTER -> typing = false;
      case ESCAPE -> {
        typing = false;
        filter = "";
      }
      default -> {
        // It is for nothing.
      }
    }
    scroll = 0;
  }

  private Wish open() {
    return page == Page.MAPS || selectedProgram().isEmpty() ? Wish.NONE : Wish.DETAILS;
  }

  private Wish toggleMaps() {
    page = page == Page.MAPS ? Page.PROGRAMS : Page.MAPS;
    scroll = 0;
    return page == Page.MAPS ? Wish.SAMPLE : Wish.NONE;
  }

  private Wish move(int rows) {
    if (page == Page.PROGRAMS) {
      select(Math.clamp((long) selectedIndex() + rows, 0, Integer.MAX_VALUE));
    } else {
      var last = (page == Page.MAPS ? maps().size() : details.size()) - 1;
      scroll = Math.clamp((long) scroll + rows, 0, Math.max(0, last));
    }
    return Wish.NONE;
  }

  private void select(int index) {
    var rows = programs();
    selected = Math.clamp(index, 0, Math.max(0, rows.size() - 1));
    selectedId = rows.isEmpty() ? -1 : rows.get(selected).program().id();
  }

  /// The row of the selected program; where it is not shown any more, the row where it was.
  int selectedIndex() {
    var rows = programs();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).program().id() == selectedId) {
        return i;
      }
    }
    return Math.clamp(selected, 0, Math.max(0, rows.size() - 1));
  }

  /// The selected program; with its details on the screen, the one that they are of.
  Optional<ProgramRate> selectedProgram() {
    if (page == Page.DETAILS) {
      return sample.programs().stream().filter(r -> r.program().id() == selectedId).findFirst();
    }
    var rows = programs();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    select(selectedIndex());
    return Optional.of(rows.get(selected));
  }

  /// The programs that are shown, in their order: without the idle ones, unless all are wanted.
  List<ProgramRate> programs() {
    return sample.programs().stream()
        .filter(r -> all || r.counted().recursionMisses() != 0 || trend(r).isActive())
        .filter(r -> matches(r.program().name()) || matches(r.program().fullName()))
        .sorted(order.comparator(reversed))
        .limit(limit)
        .toList();
  }

  /// The maps that are shown: the fullest first, then by id.
  List<MapFill> maps() {
    var maps = new ArrayList<MapFill>();
    for (var map : sample.maps()) {
      if (matches(map.map().name())) {
        maps.add(map);
      }
    }
    maps.sort((a, b) -> {
      var fuller = Double.compare(b.percent(), a.percent());
      var byFill = reversed ? -fuller : fuller;
      return byFill != 0 ? byFill : Integer.compare(a.map().id(), b.map().id());
    });
    return maps;
  }

  private boolean matches(String name) {
    return name.toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
  }

  private static boolean isCharacter(Key key, char character) {
    return key.type() == Key.Type.CHARACTER && key.character() == character;
  }

  Trend trend(ProgramRate rate) {
    return trends.getOrDefault(rate.program().id(), new Trend());
  }

  Sample sample() {
    return sample;
  }

  boolean isSampled() {
    return sampled;
  }

  Page page() {
    return page;
  }

  Order order() {
    return order;
  }

  boolean isReversed() {
    return reversed;
  }

  boolean isAll() {
    return all;
  }

  boolean isPaused() {
    return paused;
  }

  boolean isTyping() {
    return typing;
  }

  String filter() {
    return filter;
  }

  int scroll() {
    return scroll;
  }

  List<String> details() {
    return details;
  }
}
