"""Schemas of the glossary."""

from pydantic import Field

from .base import ResponseModel


class Term(ResponseModel):
    id: str = Field(description="its anchor on the page /glossary")
    name: str
    topic: str
    sentence: str = Field(description="what it means")
    where: str = Field(description="where the page shows it")
    symbols: list[str] = Field(description="the letters that it is written with; each belongs to one term")
    also: list[str] = Field(description="other words for it")
    fields: list[str] = Field(description="settings that it explains")


class Glossary(ResponseModel):
    terms: list[Term]
