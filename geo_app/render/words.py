"""The words of the map's interface, in Vietnamese and English."""

from collections.abc import Mapping

from geo_app.domain.layer import MARKS
from geo_app.domain.text import Bilingual
from geo_app.render.values import MARK_MEANINGS, MARK_TITLES

WORDS: Mapping[str, Bilingual] = {
    "title": Bilingual("Bản đồ quy hoạch", "Planning map"),
    "notice": Bilingual(
        "Tài liệu tham khảo phục vụ quy hoạch, không có giá trị pháp lý xác định ranh giới, "
        "mốc giới.",
        "Reference material for planning; it has no legal force for boundaries or boundary "
        "markers.",
    ),
    "illustration": Bilingual("MINH HỌA", "ILLUSTRATION"),
    "map": Bilingual("Bản đồ", "Map"),
    "map_keys": Bilingual(
        "Phím mũi tên: di chuyển; cộng, trừ: phóng to, thu nhỏ; Enter: tra cứu tại tâm bản đồ.",
        "Arrow keys: move; plus and minus: zoom; Enter: identify at the centre of the map.",
    ),
    "zoom_in": Bilingual("Phóng to", "Zoom in"),
    "zoom_out": Bilingual("Thu nhỏ", "Zoom out"),
    "home": Bilingual("Về toàn tỉnh", "Whole province"),
    "fullscreen": Bilingual("Toàn màn hình", "Full screen"),
    "copy_link": Bilingual("Sao chép liên kết đến bản đồ này", "Copy a link to this view"),
    "copied": Bilingual("Đã sao chép liên kết", "Link copied"),
    "copy_failed": Bilingual(
        "Chưa sao chép được; hãy chép liên kết từ thanh địa chỉ",
        "Could not copy; take the link from the address bar",
    ),
    "close": Bilingual("Đóng", "Close"),
    # layers
    "layers": Bilingual("Lớp bản đồ", "Map layers"),
    "layers_on": Bilingual("{count} lớp đang bật", "{count} layers on"),
    "show_layers": Bilingual("Mở danh sách lớp", "Open the list of layers"),
    "hide_layers": Bilingual("Ẩn danh sách lớp", "Hide the list of layers"),
    "options": Bilingual("Tuỳ chọn: {layer}", "Options: {layer}"),
    "opacity": Bilingual("Độ đậm", "Opacity"),
    "zoom_to": Bilingual("Phóng tới lớp", "Zoom to layer"),
    "details": Bilingual("Thông tin lớp", "About this layer"),
    "data_date": Bilingual("Số liệu ngày {date}", "Data of {date}"),
    "no_date": Bilingual("Không rõ ngày số liệu", "Date of data unknown"),
    "loading": Bilingual("Đang tải…", "Loading…"),
    "failed": Bilingual("Không tải được lớp này.", "This layer could not be loaded."),
    "retry": Bilingual("Thử lại", "Try again"),
    "too_far": Bilingual("Phóng to thêm để thấy lớp này.", "Zoom in to see this layer."),
    "other": Bilingual("Khác / chưa rõ", "Other / unknown"),
    "approximate": Bilingual("Vị trí gần đúng", "Approximate position"),
    "basemap": Bilingual("Nền bản đồ", "Basemap"),
    "no_basemap": Bilingual("Nền trống", "Plain paper"),
    # identify
    "identify": Bilingual("Kết quả tra cứu", "At this place"),
    "identifying": Bilingual("Đang tra cứu…", "Looking up…"),
    "identify_failed": Bilingual(
        "Không tra cứu được. Kiểm tra kết nối rồi thử lại.",
        "The look-up failed. Check the connection and try again.",
    ),
    "no_hits": Bilingual(
        "Không có đối tượng nào của các lớp đang bật tại điểm này.",
        "No feature of the layers that are on lies here.",
    ),
    "hits": Bilingual("{count} đối tượng", "{count} found"),
    "more_hits": Bilingual(
        "Còn kết quả khác chưa liệt kê: phóng to rồi tra cứu lại.",
        "There are more: zoom in and look up again.",
    ),
    "feature_page": Bilingual("Xem đầy đủ", "Full record"),
    "yes": Bilingual("có", "yes"),
    "no": Bilingual("không", "no"),
    # coordinates
    "coordinates": Bilingual("Toạ độ", "Coordinates"),
    "at_centre": Bilingual("tâm bản đồ", "map centre"),
    "at_pointer": Bilingual("con trỏ", "pointer"),
    "north": Bilingual("B", "N"),
    "south": Bilingual("N", "S"),
    "east": Bilingual("Đ", "E"),
    "west": Bilingual("T", "W"),
    "x_north": Bilingual("X (Bắc)", "X (N)"),
    "y_east": Bilingual("Y (Đông)", "Y (E)"),
    # search
    "search": Bilingual("Tìm xã, phường, địa danh, lớp…", "Find a commune, place, layer…"),
    "search_label": Bilingual("Tìm trên bản đồ", "Search the map"),
    "searching": Bilingual("Đang tìm…", "Searching…"),
    "no_results": Bilingual("Không tìm thấy “{query}”", "Nothing found for “{query}”"),
    "results": Bilingual("{count} kết quả", "{count} results"),
    "search_failed": Bilingual("Không tìm được; hãy thử lại", "The search failed; try again"),
    "clear": Bilingual("Xoá ô tìm kiếm", "Clear the search box"),
    "kind_place": Bilingual("địa danh", "place"),
    "kind_former_unit": Bilingual("đơn vị cũ", "former unit"),
    "kind_unit": Bilingual("đơn vị hành chính", "administrative unit"),
    "kind_layer": Bilingual("lớp bản đồ", "layer"),
    "kind_target": Bilingual("chỉ tiêu", "target"),
    "kind_project": Bilingual("dự án", "project"),
    "kind_rule": Bilingual("quy định", "rule"),
    "kind_agency": Bilingual("cơ quan", "agency"),
    "kind_feature": Bilingual("đối tượng", "feature"),
}

_BADGES: Mapping[str, tuple[Bilingual, Bilingual]] = {
    **{mark: (MARK_TITLES[mark], MARK_MEANINGS[mark]) for mark in MARKS},
    "awaited": (
        Bilingual("đang chờ", "awaited"),
        Bilingual(
            "Chưa có dữ liệu; đang chờ cơ quan chủ quản cung cấp.",
            "No data yet; awaited from the agency in charge.",
        ),
    ),
    "empty": (
        Bilingual("chưa nạp", "not loaded"),
        Bilingual(
            "Lớp này chưa có phiên bản nào được công bố.",
            "No version of this layer is published yet.",
        ),
    ),
}
"""Title and hint of what a layer may be: its marks, or why it cannot be switched on."""


def words(language: str) -> dict[str, str]:
    """Return every word of the interface in `language`."""
    return {key: text.get(language) for key, text in WORDS.items()}


def badge(mark: str, language: str) -> dict[str, str]:
    """Return what a badge shows: id, title, and the hint that explains it."""
    title, hint = _BADGES[mark]
    return {"id": mark, "title": title.get(language), "hint": hint.get(language)}
