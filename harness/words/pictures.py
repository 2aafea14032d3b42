"""Texts of pictures, clips and sounds: what cannot be read, sent or made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_FITTING: Final[Mapping[str, tuple[str, str]]] = {
    "fit.below_one": ("{key} is {value}.", "{key}: задано {value}."),
    "fit.below_one.fix": ("Write a whole number from 1 for {key}.", "Задайте для {key} целое число от 1."),
    "fit.format": ("format is {value}.", "format: задано {value}."),
    "fit.format.fix": ("Write {formats} for format.", "Задайте для format {formats}."),
    "fit.formats": ("JPEG, PNG or WebP", "JPEG, PNG или WebP"),
    "fit.folder": ("{name} is a folder, not an image.", "{name}: это папка, а не картинка."),
    "fit.irregular": ("{name} is no regular file.", "{name}: это не обычный файл."),
    "fit.name_file": ("Name a {formats} file.", "Назовите файл {formats}."),
    "fit.empty": ("{name} is empty: 0 bytes.", "{name}: файл пуст, 0 байт."),
    "fit.empty.fix": ("Put a {formats} image there.", "Положите туда картинку {formats}."),
    "fit.too_big": (
        "{name} has {size} bytes; images up to {limit} are read.",
        "{name}: {size} байт; читаются картинки до {limit} байт.",
    ),
    "fit.too_big.fix": ("Save it smaller first.", "Сначала сохраните её в меньшем размере."),
    "fit.absent": ("The image {name} does not exist.", "Нет картинки {name}."),
    "fit.absent.fix": ("Put it at {path}.", "Положите её сюда: {path}."),
    "fit.unreadable": ("{name} cannot be read: {why}.", "{name} не читается: {why}."),
    "fit.unreadable.fix": ("Check the path and its permissions.", "Проверьте путь и права доступа."),
    "fit.other": ("{name} is a {kind} file, by its content.", "{name}: по содержимому это файл {kind}."),
    "fit.other.an": ("{name} is an {kind} file, by its content.", "{name}: по содержимому это файл {kind}."),
    "fit.no_image": ("{name} is no image, by its content.", "{name}: по содержимому это не картинка."),
    "fit.convert": (
        "Images are {formats}: convert it first.",
        "Картинки бывают {formats}: сначала преобразуйте её.",
    ),
    "fit.pixels": (
        "{name} says that it is {width} × {height} pixels; pictures up to {limit} pixels are decoded.",
        "{name}: в файле указано {width} × {height} пикселей; раскодируются картинки до {limit} пикселей.",
    ),
    "fit.pixels.fix": ("Scale it down first.", "Сначала уменьшите её."),
    "fit.damaged": (
        "{name} is damaged or cut off: its {size} bytes do not decode as {kind}.",
        "{name}: файл повреждён или обрезан, его {size} байт не раскодируются как {kind}.",
    ),
    "fit.damaged.fix": (
        "Save or download the image again.",
        "Сохраните или скачайте картинку ещё раз.",
    ),
    "fit.max_kb": (
        "{name} does not get under max_kb: {limit} as {kind}: at {width} × {height} pixels it still has {size} bytes.",
        "{name} не сжать до max_kb: {limit} в формате {kind}: при {width} × {height} пикселей остаётся {size} байт.",
    ),
    "fit.max_kb.fix": ("Write max_kb: {least} or more.", "Задайте max_kb: {least} или больше."),
}

_MAKING: Final[Mapping[str, tuple[str, str]]] = {
    "make.format": ("No picture is made as {format}.", "Картинка не создаётся в формате {format}."),
    "make.format.fix": ("JPEG, PNG and WEBP are.", "Можно JPEG, PNG и WEBP."),
    "make.fps": (
        "No clip is made with {fps} pictures a second.",
        "Ролик не создаётся с частотой {fps} кадров в секунду.",
    ),
    "make.fps.fix": ("1 to {most} are.", "Можно от 1 до {most}."),
    "make.clip.no_av": (
        "Clips are made with av, which is not installed.",
        "Ролики создаёт av, а он не установлен.",
    ),
    "make.sound": ("No sound is made as {format}.", "Звук не создаётся в формате {format}."),
    "make.sound.fix": ("wav and mp3 are.", "Можно wav и mp3."),
    "make.mp3.no_av": ("MP3 is made with av, which is not installed.", "MP3 создаёт av, а он не установлен."),
    "make.install": ("Install it: {command}.", "Установите его: {command}."),
    "make.size": (
        "No picture is made of {width} × {height} pixels.",
        "Картинка не создаётся размером {width} × {height} пикселей.",
    ),
    "make.size.fix": ("1 to {most} a side are.", "Можно от 1 до {most} по стороне."),
    "make.seconds": ("Nothing is made of {seconds} s.", "Ничего не создаётся длиной {seconds} с."),
    "make.seconds.fix": ("0.001 s to {most} s are.", "Можно от 0.001 с до {most} с."),
}

# What is wrong with a file that came: parts of sentences, without their full stop. Data keeps them in English.
_MEASURED: Final[Mapping[str, tuple[str, str]]] = {
    "measured.unreadable": ("unreadable: {why:system}", "файл не читается: {why:system}"),
    "measured.empty": ("empty: 0 bytes", "файл пуст, 0 байт"),
    "measured.no_media": (
        "no media file: {content}, {size} bytes",
        "это не картинка, не видео и не звук: {content}, {size} байт",
    ),
    "measured.no_media.unknown": (
        "no media file: unknown content, {size} bytes",
        "это не картинка, не видео и не звук: неизвестное содержимое, {size} байт",
    ),
    "measured.damaged": (
        "damaged or cut off: {size} bytes that do not decode as {content}",
        "файл повреждён или обрезан: {size} байт не раскодируются как {content}",
    ),
    "measured.damaged.first": (
        "damaged: its first picture does not decode wholly",
        "файл повреждён: первый кадр раскодируется не целиком",
    ),
    "measured.damaged.last": (
        "damaged: its last picture does not decode wholly",
        "файл повреждён: последний кадр раскодируется не целиком",
    ),
    "measured.cut": (
        "cut off: its pictures end at {end} s of {duration} s",
        "файл обрезан: кадры заканчиваются на {end} с из {duration} с",
    ),
    "measured.cut.sound": (
        "cut off: it says that it has {claimed} bytes of sound, it has {size}",
        "файл обрезан: звука в нём указано {claimed} байт, а всего в нём {size}",
    ),
    "measured.empty.sound": (
        "empty: a WAV file with {count} samples at {rate} a second",
        "файл пуст: WAV, отсчётов {count} при частоте {rate} в секунду",
    ),
    "measured.no_streams": (
        "no picture and no sound in it: {content}, {size} bytes",
        "в файле нет ни изображения, ни звука: {content}, {size} байт",
    ),
    "measured.no_sound": ("no sound in it that can be decoded", "в файле нет звука, который раскодируется"),
    "measured.no_picture": ("no picture in it that can be decoded", "в файле нет кадра, который раскодируется"),
    "measured.too_large": (
        "too large to decode: it says that it is {width} × {height} pixels",
        "слишком большой, чтобы раскодировать: в файле указано {width} × {height} пикселей",
    ),
    "measured.not.heic": (
        "not inspected: HEIC pictures cannot be decoded here",
        "картинки HEIC здесь не раскодируются",
    ),
    "measured.not.size": ("not inspected: a picture of {size} bytes", "картинка слишком большая, {size} байт"),
    "measured.not.pillow": (
        "not inspected: this Pillow cannot decode {content}",
        "этот Pillow не раскодирует {content}",
    ),
    "measured.not.av": (
        "not inspected: the media extra (av) is not installed",
        "не установлено дополнение media (av)",
    ),
    "measured.not.decoder": (
        "not inspected: av has no decoder for its coding",
        "у av нет декодера для такого кодирования",
    ),
}

#: key → (English, Russian)
TEXTS: Final[Mapping[str, tuple[str, str]]] = {**_FITTING, **_MAKING, **_MEASURED}
